"""What can be set for statements."""

from datetime import timedelta

from pydantic import Field

from services.statements.domain.account import Terms
from services.statements.domain.statement import Office
from shared.service import ServiceSettings


class StatementsSettings(ServiceSettings):
    """How this hospital bills. What has no default must be set: no statement leaves without it.

    The financial assistance notice is a duty of non-profit hospitals (26 CFR 1.501(r)-4).
    """

    office_name: str = Field(min_length=1)
    office_phone: str = Field(min_length=1)
    office_hours: str = "Monday to Friday, 8 am to 5 pm"
    pay_url: str = Field(min_length=1)
    dispute_url: str = ""
    """Where to ask questions and dispute a bill; empty: by telephone only."""
    assistance_phone: str = Field(min_length=1)
    assistance_url: str = Field(min_length=1)
    gather_seconds: float = Field(default=24 * 3600, ge=0)
    """How long claims of one guarantor are gathered for one statement, on the service's clock."""
    days_to_pay: int = Field(default=30, ge=1)
    issue_every: float = Field(default=0.5, gt=0)
    """Seconds of real time between looks for statements that are due."""

    def terms(self) -> Terms:
        """The part of it that decisions know."""
        return Terms(
            gather=timedelta(seconds=self.gather_seconds),
            days_to_pay=self.days_to_pay,
            office=Office(
                name=self.office_name,
                phone=self.office_phone,
                hours=self.office_hours,
                pay_url=self.pay_url,
                dispute_url=self.dispute_url,
                assistance_phone=self.assistance_phone,
                assistance_url=self.assistance_url,
            ),
        )
