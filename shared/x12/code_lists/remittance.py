"""Short lists of the 835: adjustment groups, claim status (CLP02), provider adjustment reasons (PLB03-1)."""

from typing import Final

from shared.x12.code_lists.lists import CodeList, table

GROUPS: Final = CodeList(
    "adjustment group",
    table("""
CO|written off by contract: the patient is not billed for it
PR|owed by the patient
OA|neither the provider's nor the patient's: another payer's share or a technical adjustment
PI|reduced by the payer on its own account: the patient is not billed for it
[retired]
CR|correction of an earlier decision; 5010 reverses with claim status 22 instead
"""),
)

CLP_STATUS: Final = CodeList(
    "claim status",
    table("""
1|processed as primary
2|processed as secondary
3|processed as tertiary
4|denied: the patient is not known to this payer and the claim was not sent on
19|processed as primary and sent on to the next payer
20|processed as secondary and sent on to the next payer
21|processed as tertiary and sent on to the next payer
22|reversal of an earlier payment
23|not this payer's claim: sent on to another payer
25|predetermination: what would be paid, no money
"""),
)

PROVIDER_REASONS: Final = CodeList(
    "provider adjustment",
    table("""
50|late charge
51|interest penalty
72|refund received from the provider, acknowledged
90|early payment allowance
AH|origination fee
AM|applied to the borrower's account
AP|acceleration of benefits
B2|rebate
B3|recovery allowance
BD|bad debt adjustment
BN|bonus
C5|temporary allowance
CR|capitation interest
CS|adjustment, explained outside this file
CT|capitation payment
CV|capital pass-through
CW|nurse anesthetist pass-through
DM|direct medical education pass-through
E3|withholding
FB|balance carried forward to or from another remittance
FC|fund allocation
GO|graduate medical education pass-through
HM|hemophilia clotting factor supplement
IP|incentive premium payment
IR|withheld for the Internal Revenue Service
IS|interim settlement
J1|payment that does not have to be returned
L3|penalty
L6|interest owed to the provider
LE|levy
LS|lump sum
OA|organ acquisition pass-through
OB|offset for an affiliated provider
PI|periodic interim payment
PL|final payment
RA|retroactive adjustment
RE|return on equity
SL|student loan repayment
TL|third party liability
WO|overpayment taken back (negative: taking back deferred)
WU|unspecified recovery
"""),
)
