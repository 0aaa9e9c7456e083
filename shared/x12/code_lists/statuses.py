"""Claim status categories and codes of 277 and 277CA (X12 507 and 508) by number, in our own words."""

from typing import Final

from shared.x12.code_lists.lists import CodeList, table

CLAIM_STATUS_CATEGORY: Final = CodeList(
    "status category",
    table("""
[accepted]
A0|passed on to the next entity
A1|received
A2|accepted into adjudication
A5|split into several claims
[rejected]
A3|returned: cannot be processed, not adjudicated
A4|not found
A6|rejected: information missing
A7|rejected: information invalid
A8|rejected: information missing or invalid in relation to other information
[pending]
P0|pending, no details
P1|in process
P2|under review by the payer
P3|pending: information asked from the provider
P4|pending: information asked from the patient
P5|pending: payer's administrative or system hold
[final]
F0|finalised
F1|finalised: paid
F2|finalised: denied
F3|finalised: revised
F3F|finalised: sent on
F3N|finalised: not sent on
F4|finalised: adjudicated, no payment coming
[request]
R0|request for more information
R1|request for information about the patient or insured
R3|request for information about the claim
R4|request for documentation
R5|request for more specific information
R6|request for regulatory information
R7|request for ID information
R8|request for a service detail
R9|request for the claim of another payer
R10|request for dates
R11|request for other information
R12|request for accident details
R13|request for contact
R14|request for supplies
R15|request for certification
R16|request for coverage
R17|request for treatment
[error]
E0|error in the request
E1|payer cannot answer now
E2|information holder does not answer
E3|correction needed
E4|trading partner agreement needed
D0|data search unsuccessful
DR01|delivered
DR02|delivery received by the next entity
DR03|delivery accepted
DR04|delivery rejected
DR05|delivery returned
DR06|delivery with errors
DR07|delivery duplicate
DR08|delivery pending
"""),
)

_STATUS = """
0|cannot give more information by this transaction
1|more information is available by telephone
2|more detailed information in a letter
3|claim has been adjudicated, payment follows
6|balance due from the subscriber
12|one or more service lines were split off
15|one or more service lines were added or combined
16|claim has been forwarded to another entity
17|claim was sent back by another entity
18|entity received the claim but cannot use it
19|entity acknowledges receipt
20|accepted for processing
21|information missing or invalid
23|returned to entity
24|entity not approved as electronic submitter
25|entity not approved
26|entity not found
27|policy cancelled
29|subscriber and policy number do not match
30|subscriber and subscriber identifier do not match
31|subscriber and policyholder name do not match
32|subscriber and policy number not found
33|subscriber and subscriber identifier not found
35|claim or encounter not found
37|predetermination on file, awaiting completion of services
38|awaiting the next payment cycle
39|charges pending
40|waiting for final approval
41|special handling at the payer
42|awaiting related charges
44|charges pending review of the provider
45|awaiting benefit determination
46|internal review or audit
47|internal review or audit, partial payment made
49|pending provider accreditation review
50|claim waiting for internal provider verification
51|investigating occupational illness or accident
52|investigating other insurance
53|investigating a pre-existing condition
54|duplicate of a previously processed claim or line
55|claim assigned to an approver
56|awaiting eligibility determination
57|pending a reply on information asked for
59|information was asked for by other means
60|information was asked for in a letter
64|re-pricing information
65|claim or line has been paid
66|payment reflects usual and customary charges
72|claim contains split payment
73|payment made to entity
78|duplicate of an existing claim or line, awaiting processing
81|contract or plan does not cover pre-existing conditions
83|no coverage for newborns
84|service not authorised
85|entity not primary
86|diagnosis and patient sex do not go together
88|entity not eligible for benefits on the dates of service
89|entity not eligible for dental benefits
90|entity not eligible for medical benefits
91|entity not eligible for these services
92|entity does not meet dependent or student qualification
93|entity is not selected primary care provider
94|entity not referred by the selected primary care provider
95|authorisation number missing
96|no agreement with entity
97|patient eligibility not found
98|charges applied to the deductible
99|pre-treatment review
100|pre-treatment penalty
101|claim was processed as an adjustment of an earlier claim
104|processed by plan provisions
105|claim is capitated
106|this amount is not the entity's responsibility
107|processed by contract provisions
109|entity not eligible
110|claim needs pricing information
114|claim or line must be sent by the service provider
116|claim sent to the wrong payer
117|claim needs a signature on file
121|line count above the payer's maximum
122|missing or invalid data prevents processing
123|more information asked from entity
124|entity's name, address, telephone and identifier
125|entity's name
126|entity's address
127|entity's telephone number
128|entity's tax identifier
130|entity's Blue Cross provider number
132|entity's Medicaid provider number
135|entity's commercial provider number
137|entity's health industry number
142|entity's license or certification number
145|entity's specialty or taxonomy
153|entity's identifier
154|entity's relationship to the patient
156|patient's relationship to the subscriber
157|entity's sex
158|entity's birth date
162|entity's health insurance claim number
164|entity's contract or member number
168|entity's employer
171|other insurance coverage information
178|submitted charges
187|date of service
188|statement from and through dates
189|admission date
191|date of last menstrual period
208|national drug code
216|drug information
217|drug name, strength and dosage form
218|drug quantity and unit
228|type of bill
229|hospital admission source
230|hospital admission hour
231|hospital admission type
232|admitting diagnosis
233|hospital discharge hour
234|patient discharge status
247|line information
248|accident date, state and cause
249|place of service
250|type of service
252|authorisation or certification number
254|principal diagnosis
255|diagnosis code
256|diagnosis related group
285|vouchers or explanation of benefits
286|other payer's explanation of benefits
287|medical necessity of the service
294|supporting documentation
297|medical notes or report
317|patient's medical records
400|claim is out of balance
401|source of payment is not valid
402|amount must be greater than zero
448|invalid billing combination
453|procedure modifier
454|procedure code for the service
455|revenue code for the service
460|NUBC condition code
463|NUBC value code
464|payer assigned claim control number
465|principal procedure code
474|procedure and patient sex do not go together
475|procedure and patient age do not go together
476|missing or invalid units of service
477|diagnosis pointer missing or invalid
478|claim submitter's identifier
479|other carrier payer identifier
480|other carrier claim filing indicator
481|claim or submission format invalid
483|maximum coverage amount met or exceeded
484|business application currently not available
485|more information available than can be returned now
486|principal procedure date
487|claim not found: its information does not match
488|diagnosis code of the service line
490|other procedure code of the service
491|entity not eligible for encounter submission
492|other procedure date
493|version, release or industry identifier not supported
494|real time requests not supported
495|requests for re-adjudication must name the prior claim number
496|submitter not approved for this entity
500|entity's postal or ZIP code
501|entity's state or province
502|entity's city
503|entity's street address
504|entity's last name
505|entity's first name
507|HCPCS code
508|ICD-9 code
509|external cause code
510|future date
511|invalid character
512|length invalid for the receiver's system
513|HIPPS rate code
514|entity's middle name
516|adjudication or payment date
517|adjusted repriced claim reference number
521|adjustment reason code
522|adjustment amount
523|adjustment quantity
535|claim frequency code
562|entity's national provider identifier
585|denied charge or noncovered charge
684|rejected: syntax error noted for this claim
685|claim could not complete adjudication in real time
688|present on admission indicator
689|entity was not able to respond in the expected time
693|amount must be greater than or equal to zero
694|amount must not be equal to zero
697|invalid decimal precision
732|information submitted inconsistent with billing guidelines
745|identifier qualifier
746|duplicate submission
747|hospice employee indicator
748|corrected data: the second status says what was corrected
"""

CLAIM_STATUS: Final = CodeList("claim status", table(_STATUS), r"\d{1,3}", complete=False)
"""Frequent numbers; every other number of up to three digits passes by its form."""
