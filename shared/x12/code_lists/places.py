"""Place of service codes (CMS maintains them, free of rights) in short words, and the states of N4 and of accidents."""

from typing import Final

from shared.x12.code_lists.lists import Code, CodeList, table

PLACES: Final = CodeList(
    "place of service",
    table("""
01|pharmacy
02|telehealth, not in the patient's home
03|school
04|homeless shelter
05|Indian Health Service free-standing facility
06|Indian Health Service provider-based facility
07|tribal 638 free-standing facility
08|tribal 638 provider-based facility
09|prison or correctional facility
10|telehealth in the patient's home
11|office
12|home
13|assisted living facility
14|group home
15|mobile unit
16|temporary lodging
17|walk-in retail health clinic
18|place of employment or worksite
19|off campus outpatient hospital
20|urgent care facility
21|inpatient hospital
22|on campus outpatient hospital
23|emergency room
24|ambulatory surgical center
25|birthing center
26|military treatment facility
27|outreach site or street
31|skilled nursing facility
32|nursing facility
33|custodial care facility
34|hospice
41|ambulance on land
42|ambulance by air or water
49|independent clinic
50|federally qualified health center
51|inpatient psychiatric facility
52|psychiatric facility, partial hospitalisation
53|community mental health center
54|intermediate care facility for individuals with intellectual disabilities
55|residential substance abuse treatment facility
56|psychiatric residential treatment center
57|non-residential substance abuse treatment facility
58|non-residential opioid treatment facility
60|mass immunisation center
61|comprehensive inpatient rehabilitation facility
62|comprehensive outpatient rehabilitation facility
65|end-stage renal disease treatment facility
66|program of all-inclusive care for the elderly center
71|public health clinic
72|rural health clinic
81|independent laboratory
99|other place
"""),
)

_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA "
    "RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI UM FM MH PW AA AE AP "
    "AB BC MB NB NL NS NT NU ON PE QC SK YT"
)
STATES: Final = CodeList("state", {code: Code(code, "") for code in _STATES.split()})
"""States, territories and military places of the United States Postal Service, and the Canadian provinces."""
