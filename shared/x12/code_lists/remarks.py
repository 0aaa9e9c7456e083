"""Remittance advice remark codes (RARC) by number: the frequent ones in our own words, the others by their form.

Kind ``alert`` carries no money and asks for nothing; ``unprocessable`` means a corrected new claim, without a right of
appeal (claims-rules 3.8).
"""

from typing import Final

from shared.x12.code_lists.lists import CodeList, table

_TABLE = """
[data]
M20|procedure code missing or invalid
M22|number of miles missing or invalid
M44|condition code missing or invalid
M45|occurrence code missing or invalid
M46|occurrence span code missing or invalid
M49|value code missing or invalid
M50|revenue code missing or invalid
M51|procedure code missing or invalid
M52|first day of service missing or invalid
M53|days or units missing or invalid
M54|total charge missing or invalid
M56|payer identifier missing or invalid
M59|last day of service missing or invalid
M60|certificate of medical necessity missing
M62|authorisation code missing or invalid
M64|other diagnosis missing or invalid
M67|other procedure missing or invalid
M76|diagnosis missing or invalid
M77|place of service missing or invalid
M79|charge missing or invalid
M81|code the diagnosis to the highest detail
M119|national drug code missing or invalid
MA04|other insurance information missing
MA27|member number or name missing or invalid
MA30|type of bill missing or invalid
MA31|first or last day of the period missing or invalid
MA36|patient name missing or invalid
MA37|patient address missing or invalid
MA39|sex missing or invalid
MA40|admission date missing or invalid
MA41|admission type missing or invalid
MA42|admission source missing or invalid
MA43|patient status missing or invalid
MA58|release of information missing
MA60|patient's relationship to the insured missing
MA61|member number missing or invalid
MA63|principal diagnosis missing or invalid
MA65|admitting diagnosis missing or invalid
MA66|principal procedure missing or invalid
MA75|patient signature missing
MA92|plan information of other insurance missing
MA112|group practice information missing or invalid
MA114|place where the service was given missing or invalid
MA120|laboratory certification number missing or invalid
MA121|date of first treatment missing or invalid
MA122|initial treatment date missing or invalid
N3|consent form missing
N4|prior payer's explanation of benefits missing
N29|documentation missing
N32|claim must be sent by the provider who gave the service
N34|wrong claim form
N37|tooth number missing or invalid
N51|electronic interchange agreement not on file
N52|patient not enrolled in the plan that day
N56|procedure not right for the service
N65|procedure cannot be billed on this claim
N77|provider number missing or invalid
N95|this provider type may not bill this service
N129|not eligible because of the patient's age
N198|rendering provider must be affiliated with the payee
N253|attending provider's identifier missing or invalid
N255|billing provider's taxonomy missing or invalid
N256|billing provider's name missing or invalid
N257|billing provider's identifier missing or invalid
N258|billing provider's address missing or invalid
N261|operating provider's name missing or invalid
N264|ordering provider's name missing or invalid
N265|ordering provider's identifier missing or invalid
N270|other provider's identifier missing or invalid
N280|pay-to provider's identifier missing or invalid
N285|referring provider's name missing or invalid
N286|referring provider's identifier missing or invalid
N288|rendering provider's taxonomy missing or invalid
N290|rendering provider's identifier missing or invalid
N293|service facility's identifier missing or invalid
N297|supervising provider's identifier missing or invalid
N329|birth date missing or invalid
N341|surgery date missing or invalid
N382|patient identifier missing or invalid
N390|this service cannot be billed separately
N471|ICD-10 or ICD-9 version indicator wrong
N517|resubmit with the information asked for
N657|bill with the code that describes the service
N822|procedure modifier missing
N823|procedure modifier invalid
[document]
M23|invoice missing
M127|medical record missing
M135|plan of treatment missing
N26|itemised bill missing
N40|radiology film or image missing
N42|mental health assessment missing
N202|further information is asked for by letter
N204|service under review for medical necessity
N206|supporting documents do not fit the claim
N223|documentation of benefit to the patient missing
N225|documentation incomplete
N350|description for an unlisted code missing
N393|progress notes missing
N479|other payer's explanation of benefits missing
N706|documentation missing
[coverage]
M80|not covered together with another service of that day
M115|only from a contracted supplier
N20|not payable with another service of the same day
N30|patient is not eligible for this service
N103|patient in custody, or payment by a federal program
N115|decided by a local coverage determination
N130|see the plan's benefit documents
N179|more information asked from the member
N216|not enrolled in this part of the plan
N362|more units than the maximum for one day
N386|decided by a national coverage determination
N418|misrouted: send it to the right payer
N428|not covered in this place of service
N429|not covered as routine or preventive
N640|more often than the plan allows
[bundled]
M15|parts of one service billed apart were put together
M97|paid to the institution, not the practitioner
M144|care before and after surgery is in the surgery's payment
N19|incidental to the primary procedure
N70|consolidated billing applies
N525|not covered with another service within a time
[duplicate]
M86|paid already for a similar service in this time
N522|duplicate of a claim processed or in process
N702|decided with an earlier claim
[late]
N211|this decision cannot be appealed
[alert]
M16|see the payer's web site, mailings or bulletins
M38|the patient was told in writing before and owes this
MA01|right of appeal
MA02|right of appeal
MA07|sent on to Medicaid
MA13|the patient may not be billed more than shown here
MA15|claim was split to be processed
MA18|sent on to the supplementary insurer
MA28|provider does not accept assignment and got this for information
MA44|no right of appeal
MA45|payment went to the wrong party
MA46|new information considered: no more payment
MA67|correction of an earlier claim
MA68|not sent on: incomplete supplementary insurer information
N1|right of appeal within the payer's times
N14|payment by contract, fee schedule or maximum allowed amount
N45|payment by authorised amount
N59|see the provider manual
N89|sent on to more than one payer
N102|denied without the medical record
N185|do not send this claim again
N381|see the contract for billing and payment
N419|payment adjusted by a retroactive plan change
N519|combination of codes not allowed
N620|processed for reporting only
N689|correction of an earlier claim
N781|patient may not be billed for coinsurance or copayment
N782|patient may not be billed for deductible or coinsurance
N830|charge processed under rules on balance billing
[unprocessable]
MA130|claim cannot be processed: correct it and send a new one
"""

RARC: Final = CodeList("remark", table(_TABLE), r"M[1-9]\d{0,2}|MA\d{2,3}|N[1-9]\d{0,2}", complete=False)
"""Frequent remarks; every other M, MA and N number passes by its form."""
