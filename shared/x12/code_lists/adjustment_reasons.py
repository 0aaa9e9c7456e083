"""Claim adjustment reason codes (CARC) by number, in our own words, with a first triage.

Kinds: ``share`` the patient's, ``contract`` written off, ``document`` documentation missing, ``data`` claim data missing or
wrong, ``coverage`` not covered by the plan, ``bundled`` not paid separately (the four scenarios of CORE 360, claims-rules
3.5), ``duplicate``, ``late``, ``eligibility``, ``payer`` another payer's turn, ``approval`` authorisation or need,
``limit`` benefit used up, ``law`` withheld by statute or levy, ``other``. Numbers and days are X12's; the words are ours.
"""

from typing import Final

from shared.x12.code_lists.lists import CodeList, table

_TABLE = """
[share]
1|deductible
2|coinsurance
3|copayment
66|blood deductible
100|payment went to the patient or another party
122|psychiatric reduction
142|monthly Medicaid share of the patient
177|the patient has not met the eligibility requirements
178|the spend-down is not met
187|to be paid from the patient's spending account
238|part of the claim lies outside the time of eligibility
241|low income subsidy copayment
247|deductible of a professional service billed by an institution
248|coinsurance of a professional service billed by an institution
[contract]
24|covered by a capitation or managed care agreement
44|discount for prompt payment
45|charge above the contracted or allowed amount
59|reduced by the rules for several or concurrent procedures
61|reduced for not getting a second opinion
69|day outlier amount
70|cost outlier amount
74|indirect medical education adjustment
75|direct medical education adjustment
76|disproportionate share adjustment
78|noncovered days or room charge
85|patient interest adjustment
89|professional fees taken off the charge
90|ingredient cost adjustment
91|dispensing fee adjustment
94|processed in excess of charges
95|plan procedures not followed
101|predetermination: paid when the service is done
102|major medical adjustment
103|provider promotional discount
104|managed care withholding
105|tax withholding
108|rent or purchase rules not met
118|reduced for ESRD network support
121|indemnification adjustment
130|claim submission fee
131|claim specific negotiated discount
132|prearranged demonstration project adjustment
139|contracted funding agreement
143|part of the payment deferred
144|incentive adjustment
152|length of service not supported
161|provider performance bonus
172|adjusted for this kind of provider
190|included in the allowance for a skilled nursing stay
192|nonstandard reason of a paper remittance
194|anesthesia by the operating physician, assistant or attending
203|discontinued or reduced service
209|the provider may not collect this from the patient
223|adjustment by mandated federal, state or local law
225|penalty or interest
231|mutually exclusive procedures
232|institutional transfer amount
235|sales tax
237|legislated or regulated penalty
243|services not authorised by a network provider
249|claim identified as a readmission
253|federal sequestration
266|adjusted by a compound preparation rule
271|prior contractual reductions related to a current periodic payment
274|fee or service not payable under a care coordination arrangement
275|prior payer's patient responsibility not covered
283|attending provider may not perform this service
297|received by the medical plan: send it to the vision plan
298|received by the medical plan and sent on to the vision plan
299|billing provider may not receive payment for this service
300|received by the medical plan and sent on to the dental plan
301|received by the medical plan and sent on to the behavioral health plan
B10|allowed amount reduced because a part was paid before
B22|payment adjusted by the diagnosis
P1|state required supplement, not payable
P2|not a work related injury
P3|workers' compensation settled
P4|workers' compensation claim found not compensable
P5|based on a payer's reasonable and customary fees
P6|based on entitlement to property and casualty benefits
P7|fee schedule has no such code
P8|claim under investigation
P9|no code is available for this service
P10|payment reduced to zero by litigation
P11|disposition pending investigation
P12|workers' compensation fee schedule
P13|payment reduced by a jurisdiction's rule
P14|billed with another service by jurisdiction
P15|workers' compensation medical treatment guideline
P16|provider not authorised to treat injured workers here
P17|referral not authorised by the attending physician
P18|procedure not listed in the jurisdiction's fee schedule
P19|procedure has a relative value of zero in the jurisdiction
P20|not paid under the jurisdiction's outpatient fee schedule
P21|medical payments coverage: not compensable
P22|medical payments coverage: adjusted by benefits
P23|medical payments coverage: jurisdictional fee schedule
P24|discount of a preferred provider organisation
P25|discount of a medical provider network
P26|discount of a voluntary provider network
P27|liability coverage: denied by the jurisdiction's rules
P28|liability coverage: adjusted by the jurisdiction's rules
P29|liability coverage: jurisdictional fee schedule
P30|worsening of the condition is not documented completely
P31|worsening of the condition: treatment took longer than allowed
P32|adjusted by apportionment
[document]
112|service not documented as given to the patient
148|information from another provider missing or incomplete
163|attachment named on the claim was not received
164|attachment named on the claim came too late
226|information asked from the provider not given, late or incomplete
227|information asked from the patient not given, late or incomplete
250|attachment received is not the one that was asked for
251|attachment received is incomplete or deficient
252|attachment or documentation needed
[data]
4|procedure and modifier do not go together
5|procedure or type of bill and place of service do not go together
6|procedure and patient's age do not go together
7|procedure and patient's sex do not go together
8|procedure and provider specialty do not go together
9|diagnosis and patient's age do not go together
10|diagnosis and patient's sex do not go together
11|diagnosis and procedure do not go together
12|diagnosis and provider type do not go together
13|date of death is before the service
14|date of birth is after the service
16|information missing or wrong: see the remark codes
107|related claim or service not named on this claim
110|billing date is before the service
111|not covered unless the provider accepts assignment
129|information from an earlier processing seems wrong
140|patient's identification and name do not match
146|diagnosis invalid for the date of service
147|negotiated rate expired or not on file
181|procedure code invalid on the date of service
182|modifier invalid on the date of service
184|ordering provider may not order this service
185|rendering provider may not perform this service
189|unlisted procedure billed where a specific code exists
199|revenue code and procedure code do not match
206|provider identifier missing
207|provider identifier invalid
208|provider identifier does not match
234|procedure not paid separately
236|procedure or modifier combination not compatible that day
261|procedure inconsistent with the patient's history
267|not finished within the time allowed for several dates
272|coverage or program guidelines were not met
273|coverage or program guidelines were exceeded
282|procedure inconsistent with the type of bill
284|authorisation number does not fit the service
287|referral exceeded
288|referral missing
296|authorisation or referral for another provider
A8|claim cannot be grouped
B7|provider not certified for this service on this day
B16|new patient qualifications were not met
[coverage]
49|routine examination or screening is not covered
51|pre-existing condition is not covered
53|services by a relative or household member are not covered
54|several physicians or assistants are not covered here
55|treatment considered experimental
56|treatment not proven effective
58|given in a place that is not valid for it
60|outpatient charges near an inpatient stay are not covered
96|charges not covered
106|the patient's payment choice is not in effect
114|not approved by the Food and Drug Administration
128|newborn covered by the mother's allowance
137|regulatory surcharge or tax
157|caused by an act of war
158|given outside the United States
160|injury came from an excluded activity
167|diagnosis not covered
170|not covered from this type of provider
171|not covered from this provider type in this place
173|not prescribed by a physician
174|not prescribed before delivery
175|prescription incomplete
176|prescription not current
179|waiting requirements were not met
180|residency requirements were not met
183|referring provider may not refer this service
186|level of care changed
188|not used as the Food and Drug Administration approved
200|happened during a lapse in coverage
201|workers' compensation set-aside is to pay
202|personal comfort or convenience
204|not covered under the patient's current plan
205|pharmacy discount card fee
211|national drug code not eligible for rebate
212|administrative surcharges are not covered
213|against the law on self-referral
219|extent of injury
228|denied because another provider did not give information
229|partial charge not considered by Medicare
233|caused by a preventable error of the hospital
239|claim spans eligible and ineligible time
240|diagnosis and birth weight do not go together
242|not given by network or primary care providers
245|provider performance program withhold
246|nonpayable code, for reporting only
254|received by the medical plan: send it to the dental plan
256|not payable under the managed care contract
257|undecided while the premium grace period runs
258|not covered while the patient is in custody
259|extra payment for dental or vision
260|processed under Medicaid expansion
262|delivery cost adjustment
263|shipping cost adjustment
264|postage cost adjustment
265|administrative cost adjustment
268|claim spans two calendar years
269|anesthesia not covered for this service
270|received by the medical plan, not payable there: send it to the dental plan
276|services denied by the prior payer are not covered here
277|undecided because the premium grace period of an exchange plan runs
278|performance program proficiency requirements not met
279|not given by preferred network providers
280|received by the medical plan: send it to the pharmacy plan
281|deductible waived by contract
285|appeal procedures were not followed
286|appeal time limit passed
289|no benefit under the dental and the medical plan
290|received by the dental plan and sent on to the medical plan
291|received by the medical plan and sent on to the dental plan
292|received by the medical plan and sent on to the pharmacy plan
293|payment made to an employer
294|payment made to an attorney
295|pharmacy direct or indirect remuneration
302|authorisation has expired
303|prior payer's patient share is not covered for this beneficiary
304|received by the medical plan: send it to the hearing plan
305|received by the medical plan and sent on to the hearing plan
306|type of bill and patient status do not go together
B1|noncovered visits
B14|only one visit or consultation per physician and day is covered
B20|procedure was partly or wholly done by another provider
B23|laboratory certification does not allow this test
[bundled]
97|included in the payment for another service
115|procedure postponed, cancelled or delayed
116|advance notice to the patient did not meet requirements
134|technical fees taken off
135|interim bills cannot be processed
136|not following the prior payer's coverage rules
169|alternate benefit was given
195|refund sent to the wrong party
215|based on third party recovery
216|based on findings of a review organisation
222|more hours, days or units than the contract allows
224|patient's identity was compromised
B8|alternative services were available
B9|patient is in a hospice
B11|sent to the right payer, not covered here
B12|not documented in the medical record
B13|already paid, perhaps in another payment
B15|needs a qualifying service that was not found
[duplicate]
18|exact duplicate of a claim or line
[late]
29|filing limit has passed
[eligibility]
26|before coverage began
27|after coverage ended
31|patient is not known as insured
32|dependent is not eligible
33|no dependent coverage
34|no coverage for newborns
109|not this payer's: send it to the right one
166|sent after this payer's responsibility had ended
[payer]
19|work related: the workers' compensation carrier's turn
20|covered by the liability carrier
21|covered by the no-fault carrier
22|may be covered by another payer
23|what prior payers paid and adjusted
[approval]
39|denied when authorisation was asked
40|not an emergency
50|not judged medically necessary
117|transport covered to the nearest place only
133|pending further review
149|lifetime maximum of this benefit reached
150|level of service not supported
151|frequency not supported
153|dosage not supported
154|day's supply not supported
155|patient refused the service
159|caused by terrorism
165|referral absent or exceeded
193|reviewed again: the first decision stands
197|authorisation or notification absent
198|authorisation exceeded
210|authorisation came too late
[limit]
35|lifetime maximum reached
119|benefit maximum for this period reached
[law]
A0|patient refund
A1|claim or service denied: see the remark codes
A5|Medicare claim PPS capital cost outlier
A6|prior hospitalisation or 30 day transfer not met
B4|late filing penalty
[retired]
15|authorisation number missing, invalid or not for this service
17|information asked was not provided
25|payment denied: stop loss
28|coverage not in effect at the time
30|needed eligibility not met
36|balance does not exceed the copayment
37|balance does not exceed the deductible
38|not given or authorised by network providers
41|discount agreed in a preferred provider contract
42|charge above the fee schedule
43|reduction under the Gramm-Rudman law
46 47 48|not covered, by an old reading of the plan
52|provider not eligible to perform this service
57|not covered in this setting, or not necessary
62|authorisation absent or exceeded
63|correction of an earlier claim
64|denial reversed after review
65|procedure code was incorrect
67|lifetime reserve days
68|diagnosis related group weight
72|coinsurance day
73|administrative days
77|covered days
79|cost report days
80|outlier days
81|discharges
82|pass-through days
83|total visits
84|capital adjustment
86|statutory adjustment
87|transfer amount
88|adjustment of a periodic payment
92|claim paid in full
93|no claim level adjustments
98|hospital must file for this inpatient service
71 99|another payer's amount
113|paid because of an emergency abroad
120|covered by a managed care plan
123|payer refund for overpayment
124|payer refund, not our patient
125|submission or billing error
126|major medical deductible
127|major medical coinsurance
138|appeal procedures or time limits not met
141|claim spans eligible and ineligible time
145|premium payment withheld
156|flexible spending account payments
162|state mandated requirement for property and casualty
168|service considered under the dental plan
191|not a work related injury
196|payment denied by a prior payer's rules
214|workers' compensation claim found not compensable
217|based on reasonable and customary fees
218|based on entitlement to benefits
220|fee schedule has no such code
221|claim under investigation
230|no code is available for this service
244|reduced to zero by litigation
255|disposition pending investigation
A2<2008-01-01|contractual adjustment
A3|Medicare secondary payer liability met
A4|Medicare claim PPS capital day outlier
A7|presumptive payment adjustment
B2|covered visits
B3|covered charges
B5|coverage guidelines not met or exceeded
B6|paid when done by this provider type
B17|not prescribed, or prescription not current
B18|procedure or modifier invalid that day
B19|adjusted by a review organisation
B21|deductible or coinsurance reduced
D1 D2 D3 D4 D5 D6 D7 D8 D9 D10 D11 D12 D13 D14 D15 D16 D17 D18 D19 D20 D21 D22 D23|superseded by newer codes and remarks
W1 W2 W3 W4 W5 W6 W7 W8 W9|workers' compensation, superseded by the P codes
"""

CARC: Final = CodeList("reason", table(_TABLE), r"3\d\d|P\d\d", complete=False)
"""Numbers that we know of; those under ``retired`` are dated only where we are sure of the day. Newer ones pass by their form."""
