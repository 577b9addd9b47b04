"""The company that all three tenants are seeded with: sixty people, always the same.

Everybody has one login that works in every tenant. Some of them are hard on purpose: a guest with `#EXT#` in the
name, a name with a plus and an apostrophe, names with other letters than ASCII, and names in other scripts than the
Latin one: Cyrillic, Greek and Chinese ones with logins of these letters, a Japanese one whose login is Latin.
"""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "northwind.example"
COMPANY = "Northwind Trading"
ADMINS = ("sam.okafor", "priya.raman")
GUEST = "dana.wu_partner.example#EXT#"
# Who has not signed in for long, and for how many days. All others did within the last weeks.
AWAY = {
    "helena.novak": 97,  # parental leave
    "hugo.lemaire": 91,
    "paulo.mendes": 88,  # nearly
    "ольга.петрова": 143,
    "andre.silva": 204,
    "zoe.laurent": 120,
    "tariq.aziz": 310,
    "finn.murphy": 96,
    GUEST: 260,
}


@dataclass(frozen=True)
class Person:
    """One member of the company. `manager` is a login, or None for the head of the company."""

    number: int
    login: str
    email: str
    given: str
    family: str
    title: str
    department: str
    manager: str | None
    admin: bool
    guest: bool

    @property
    def days_away(self) -> int:
        """For how many days this person had not signed in on the sandbox's first day."""
        return AWAY.get(self.login.removesuffix(f"@{DOMAIN}"), self.number * 7 % 20)

    @property
    def name(self) -> str:
        """Given and family name, as shown."""
        return f"{self.given} {self.family}"


# login | given name | family name | title | department | login of the manager
_TABLE = """
ines.ferreira|Ines|Ferreira|Chief Executive Officer|Executive|
tomas.lind|Tomas|Lind|Chief Financial Officer|Finance|ines.ferreira
grace.mbeki|Grace|Mbeki|Chief Technology Officer|Engineering|ines.ferreira
helena.novak|Helena|Novak|Chief People Officer|People|ines.ferreira
owen.gallagher|Owen|Gallagher|Chief Revenue Officer|Sales|ines.ferreira
sam.okafor|Sam|Okafor|Director of IT|IT|grace.mbeki
priya.raman|Priya|Raman|Systems Administrator|IT|sam.okafor
leo.martin|Leo|Martin|Service Desk Lead|IT|sam.okafor
julia.weiss|Julia|Weiss|Service Desk Analyst|IT|leo.martin
ahmed.farouk|Ahmed|Farouk|Service Desk Analyst|IT|leo.martin
mary+ops.o'neil|Mary|O'Neil|Network Operations Engineer|IT|sam.okafor
keiko.tanabe|恵子|田辺|Head of Security|Security|grace.mbeki
daniel.roth|Daniel|Roth|Security Engineer|Security|keiko.tanabe
amara.diallo|Amara|Diallo|Security Analyst|Security|keiko.tanabe
victor.popescu|Victor|Popescu|Identity Engineer|Security|keiko.tanabe
łukasz.żółć|Łukasz|Żółć|Principal Engineer|Engineering|grace.mbeki
nadia.haddad|Nadia|Haddad|Engineering Manager|Engineering|grace.mbeki
ben.carter|Ben|Carter|Engineering Manager|Engineering|grace.mbeki
sofia.rossi|Sofia|Rossi|Software Engineer|Engineering|nadia.haddad
james.oduya|James|Oduya|Software Engineer|Engineering|nadia.haddad
陈.美|美|陈|Software Engineer|Engineering|nadia.haddad
lars.eriksen|Lars|Eriksen|Software Engineer|Engineering|nadia.haddad
anita.desai|Anita|Desai|Software Engineer|Engineering|ben.carter
hugo.lemaire|Hugo|Lemaire|Software Engineer|Engineering|ben.carter
rachel.stone|Rachel|Stone|Site Reliability Engineer|Engineering|ben.carter
yusuf.demir|Yusuf|Demir|Site Reliability Engineer|Engineering|ben.carter
clara.vogel|Clara|Vogel|Quality Engineer|Engineering|ben.carter
paulo.mendes|Paulo|Mendes|Data Engineer|Engineering|nadia.haddad
irene.kowalski|Irene|Kowalski|Product Director|Product|grace.mbeki
noah.bennett|Noah|Bennett|Product Manager|Product|irene.kowalski
fatima.zahra|Fatima|Zahra|Product Manager|Product|irene.kowalski
emil.sorensen|Emil|Sorensen|Product Designer|Product|irene.kowalski
lucia.ortega|Lucia|Ortega|User Researcher|Product|irene.kowalski
martin.hale|Martin|Hale|Finance Manager|Finance|tomas.lind
eva.horvat|Eva|Horvat|Accountant|Finance|martin.hale
chidi.eze|Chidi|Eze|Accountant|Finance|martin.hale
ольга.петрова|Ольга|Петрова|Payroll Specialist|Finance|martin.hale
simon.archer|Simon|Archer|Procurement Specialist|Finance|tomas.lind
rosa.gutierrez|Rosa|Gutierrez|HR Business Partner|People|helena.novak
andre.silva|Andre|Silva|HR Business Partner|People|helena.novak
hannah.berg|Hannah|Berg|Recruiter|People|helena.novak
kofi.mensah|Kofi|Mensah|Recruiter|People|helena.novak
linda.park|Linda|Park|Sales Director|Sales|owen.gallagher
γιώργος.παππάς|Γιώργος|Παππάς|Account Executive|Sales|linda.park
zoe.laurent|Zoe|Laurent|Account Executive|Sales|linda.park
marcus.reid|Marcus|Reid|Account Executive|Sales|linda.park
aisha.khan|Aisha|Khan|Account Executive|Sales|linda.park
peter.novotny|Peter|Novotny|Sales Engineer|Sales|linda.park
camille.dubois|Camille|Dubois|Sales Operations Analyst|Sales|linda.park
ivan.markovic|Ivan|Markovic|Marketing Director|Marketing|owen.gallagher
ella.johansson|Ella|Johansson|Content Editor|Marketing|ivan.markovic
tariq.aziz|Tariq|Aziz|Campaign Manager|Marketing|ivan.markovic
nina.fischer|Nina|Fischer|Brand Designer|Marketing|ivan.markovic
david.cohen|David|Cohen|Head of Support|Support|owen.gallagher
maria.santos|Maria|Santos|Support Engineer|Support|david.cohen
finn.murphy|Finn|Murphy|Support Engineer|Support|david.cohen
thandi.nkosi|Thandi|Nkosi|Support Engineer|Support|david.cohen
ravi.menon|Ravi|Menon|General Counsel|Legal|ines.ferreira
astrid.holm|Astrid|Holm|Contracts Manager|Legal|ravi.menon
dana.wu_partner.example#EXT#|Dana|Wu|Implementation Consultant|Partners|irene.kowalski
"""


def login_of(local: str) -> str:
    """The login of a name at the company's domain."""
    return f"{local}@{DOMAIN}"


def _person(number: int, line: str) -> Person:
    local, given, family, title, department, manager = line.split("|")
    guest = local == GUEST
    email = "dana.wu@partner.example" if guest else login_of(local)
    return Person(
        number=number,
        login=login_of(local),
        email=email,
        given=given,
        family=family,
        title=title,
        department=department,
        manager=login_of(manager) if manager else None,
        admin=local in ADMINS,
        guest=guest,
    )


def company() -> tuple[Person, ...]:
    """All sixty people, in the order of the table."""
    lines = _TABLE.strip().splitlines()
    return tuple(_person(number, line) for number, line in enumerate(lines, start=1))
