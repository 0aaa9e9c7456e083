"""The elements of the FHIR R4 (4.0.1) resources that a claim is made of, as the specification defines them (CC0).

One line per type: ``name``, then ``*`` for a list, ``!`` for one that must be there, ``+`` for a list that must not be
empty, then the type. What every element and every resource may have beside is not repeated.
"""

from typing import NamedTuple


class Element(NamedTuple):
    """One element of a type: its own type, whether it is a list, whether it must be there."""

    kind: str
    many: bool
    required: bool


_TYPES = """
Identifier: use:code type:CodeableConcept system:uri value:string period:Period assigner:Reference
Coding: system:uri version:string code:code display:string userSelected:boolean
CodeableConcept: coding*:Coding text:string
Reference: reference:string type:uri identifier:Identifier display:string
Period: start:dateTime end:dateTime
Money: value:decimal currency:code
Quantity: value:decimal comparator:code unit:string system:uri code:code
HumanName: use:code text:string family:string given*:string prefix*:string suffix*:string period:Period
Address: use:code type:code text:string line*:string city:string district:string state:string postalCode:string country:string period:Period
ContactPoint: system:code value:string use:code rank:positiveInt period:Period
Claim: identifier*:Identifier status!:code type!:CodeableConcept subType:CodeableConcept use!:code patient!:Reference billablePeriod:Period created!:dateTime enterer:Reference insurer:Reference provider!:Reference priority!:CodeableConcept fundsReserve:CodeableConcept related*:Claim.related prescription:Reference originalPrescription:Reference payee:Claim.payee referral:Reference facility:Reference careTeam*:Claim.careTeam supportingInfo*:Claim.supportingInfo diagnosis*:Claim.diagnosis procedure*:Claim.procedure insurance+:Claim.insurance accident:Claim.accident item*:Claim.item total:Money
Claim.related: claim:Reference relationship:CodeableConcept reference:Identifier
Claim.payee: type!:CodeableConcept party:Reference
Claim.careTeam: sequence!:positiveInt provider!:Reference responsible:boolean role:CodeableConcept qualification:CodeableConcept
Claim.supportingInfo: sequence!:positiveInt category!:CodeableConcept code:CodeableConcept timingDate:date timingPeriod:Period valueBoolean:boolean valueString:string valueQuantity:Quantity valueAttachment:any valueReference:Reference reason:CodeableConcept
Claim.diagnosis: sequence!:positiveInt diagnosisCodeableConcept:CodeableConcept diagnosisReference:Reference type*:CodeableConcept onAdmission:CodeableConcept packageCode:CodeableConcept
Claim.procedure: sequence!:positiveInt type*:CodeableConcept date:dateTime procedureCodeableConcept:CodeableConcept procedureReference:Reference udi*:Reference
Claim.insurance: sequence!:positiveInt focal!:boolean identifier:Identifier coverage!:Reference businessArrangement:string preAuthRef*:string claimResponse:Reference
Claim.accident: date!:date type:CodeableConcept locationAddress:Address locationReference:Reference
Claim.item: sequence!:positiveInt careTeamSequence*:positiveInt diagnosisSequence*:positiveInt procedureSequence*:positiveInt informationSequence*:positiveInt revenue:CodeableConcept category:CodeableConcept productOrService!:CodeableConcept modifier*:CodeableConcept programCode*:CodeableConcept servicedDate:date servicedPeriod:Period locationCodeableConcept:CodeableConcept locationAddress:Address locationReference:Reference quantity:Quantity unitPrice:Money factor:decimal net:Money udi*:Reference bodySite:CodeableConcept subSite*:CodeableConcept encounter*:Reference detail*:any
Coverage: identifier*:Identifier status!:code type:CodeableConcept policyHolder:Reference subscriber:Reference subscriberId:string beneficiary!:Reference dependent:string relationship:CodeableConcept period:Period payor+:Reference class*:Coverage.class order:positiveInt network:string costToBeneficiary*:any subrogation:boolean contract*:Reference
Coverage.class: type!:CodeableConcept value!:string name:string
Patient: identifier*:Identifier active:boolean name*:HumanName telecom*:ContactPoint gender:code birthDate:date deceasedBoolean:boolean deceasedDateTime:dateTime address*:Address maritalStatus:CodeableConcept multipleBirthBoolean:boolean multipleBirthInteger:any photo*:any contact*:any communication*:any generalPractitioner*:Reference managingOrganization:Reference link*:any
RelatedPerson: identifier*:Identifier active:boolean patient!:Reference relationship*:CodeableConcept name*:HumanName telecom*:ContactPoint gender:code birthDate:date address*:Address photo*:any period:Period communication*:any
Practitioner: identifier*:Identifier active:boolean name*:HumanName telecom*:ContactPoint address*:Address gender:code birthDate:date photo*:any qualification*:any communication*:CodeableConcept
PractitionerRole: identifier*:Identifier active:boolean period:Period practitioner:Reference organization:Reference code*:CodeableConcept specialty*:CodeableConcept location*:Reference healthcareService*:Reference telecom*:ContactPoint availableTime*:any notAvailable*:any availabilityExceptions:string endpoint*:Reference
Organization: identifier*:Identifier active:boolean type*:CodeableConcept name:string alias*:string telecom*:ContactPoint address*:Address partOf:Reference contact*:any endpoint*:Reference
Location: identifier*:Identifier status:code operationalStatus:Coding name:string alias*:string description:string mode:code type*:CodeableConcept telecom*:ContactPoint address:Address physicalType:CodeableConcept position:any managingOrganization:Reference partOf:Reference hoursOfOperation*:any availabilityExceptions:string endpoint*:Reference
Encounter: identifier*:Identifier status!:code statusHistory*:any class!:Coding classHistory*:any type*:CodeableConcept serviceType:CodeableConcept priority:CodeableConcept subject:Reference episodeOfCare*:Reference basedOn*:Reference participant*:Encounter.participant appointment*:Reference period:Period length:any reasonCode*:CodeableConcept reasonReference*:Reference diagnosis*:Encounter.diagnosis account*:Reference hospitalization:Encounter.hospitalization location*:Encounter.location serviceProvider:Reference partOf:Reference
Encounter.participant: type*:CodeableConcept period:Period individual:Reference
Encounter.diagnosis: condition!:Reference use:CodeableConcept rank:positiveInt
Encounter.location: location!:Reference status:code physicalType:CodeableConcept period:Period
Encounter.hospitalization: preAdmissionIdentifier:Identifier origin:Reference admitSource:CodeableConcept reAdmission:CodeableConcept dietPreference*:CodeableConcept specialCourtesy*:CodeableConcept specialArrangement*:CodeableConcept destination:Reference dischargeDisposition:CodeableConcept
Condition: identifier*:Identifier clinicalStatus:CodeableConcept verificationStatus:CodeableConcept category*:CodeableConcept severity:CodeableConcept code:CodeableConcept bodySite*:CodeableConcept subject!:Reference encounter:Reference onsetDateTime:dateTime onsetAge:any onsetPeriod:Period onsetRange:any onsetString:string abatementDateTime:dateTime abatementAge:any abatementPeriod:Period abatementRange:any abatementString:string recordedDate:dateTime recorder:Reference asserter:Reference stage*:any evidence*:any note*:any
Procedure: identifier*:Identifier instantiatesCanonical*:uri instantiatesUri*:uri basedOn*:Reference partOf*:Reference status!:code statusReason:CodeableConcept category:CodeableConcept code:CodeableConcept subject!:Reference encounter:Reference performedDateTime:dateTime performedPeriod:Period performedString:string performedAge:any performedRange:any recorder:Reference asserter:Reference performer*:any location:Reference reasonCode*:CodeableConcept reasonReference*:Reference bodySite*:CodeableConcept outcome:CodeableConcept report*:Reference complication*:CodeableConcept complicationDetail*:Reference followUp*:CodeableConcept note*:any focalDevice*:any usedReference*:Reference usedCode*:CodeableConcept
ChargeItem: identifier*:Identifier definitionUri*:uri definitionCanonical*:uri status!:code partOf*:Reference code!:CodeableConcept subject!:Reference context:Reference occurrenceDateTime:dateTime occurrencePeriod:Period occurrenceTiming:any performer*:ChargeItem.performer performingOrganization:Reference requestingOrganization:Reference costCenter:Reference quantity:Quantity bodysite*:CodeableConcept factorOverride:decimal priceOverride:Money overrideReason:string enterer:Reference enteredDate:dateTime reason*:CodeableConcept service*:Reference productReference:Reference productCodeableConcept:CodeableConcept account*:Reference note*:any supportingInformation*:Reference
ChargeItem.performer: function:CodeableConcept actor!:Reference
Account: identifier*:Identifier status!:code type:CodeableConcept name:string subject*:Reference servicePeriod:Period coverage*:Account.coverage owner:Reference description:string guarantor*:Account.guarantor partOf:Reference
Account.coverage: coverage!:Reference priority:positiveInt
Account.guarantor: party!:Reference onHold:boolean period:Period
"""  # noqa: E501 -- one line per type, to be held against the specification

CODES = {
    "Patient.gender": ("male", "female", "other", "unknown"),
    "RelatedPerson.gender": ("male", "female", "other", "unknown"),
    "Coverage.status": ("active", "cancelled", "draft", "entered-in-error"),
    "Encounter.status": (
        "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown",
    ),
    "ChargeItem.status": (
        "planned", "billable", "not-billable", "aborted", "billed", "entered-in-error", "unknown",
    ),
    "Account.status": ("active", "inactive", "entered-in-error", "on-hold", "unknown"),
    "Procedure.status": (
        "preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown",
    ),
}  # fmt: skip
"""Required value sets of the elements that decide something here."""

ANY_ELEMENT = frozenset({"id", "extension"})
ANY_RESOURCE = frozenset(
    {"resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension"}
)


def _read(text: str) -> dict[str, dict[str, Element]]:
    found: dict[str, dict[str, Element]] = {}
    for line in text.strip().splitlines():
        name, _, elements = line.partition(": ")
        found[name] = dict(_element(e) for e in elements.split())
    return found


def _element(text: str) -> tuple[str, Element]:
    name, _, kind = text.partition(":")
    return name.rstrip("*!+"), Element(kind, name[-1] in "*+", name[-1] in "!+")


TYPES = _read(_TYPES)
REQUIRED = {kind: tuple(n for n, e in elements.items() if e.required) for kind, elements in TYPES.items()}
