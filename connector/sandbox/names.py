"""The words made-up people consist of: names, towns, streets and numbers of ten countries. Data and no behaviour.

Telephone numbers come from ranges that are kept free for fiction where a country has such (Ofcom "Numbers for
use in TV and radio drama", NANP 555-01xx, ComReg 020 91x, ARCEP "numéros fictifs", Bundesnetzagentur
"Rufnummern für Medienproduktionen"); the others are made up. Imports the standard library only.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """One country: how its people, places and telephones are called.

    Names may carry their Latin spelling after "=". In a town's postcode and in telephone numbers "#" stands for
    a digit, in postcodes "@" for a letter. Numbers are national, without the trunk prefix.
    """

    name: str
    share: int
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    towns: tuple[tuple[str, str, str], ...]
    streets: tuple[str, ...]
    suffixes: tuple[str, ...]
    code: str
    trunk: str
    landlines: tuple[str, ...]
    mobiles: tuple[str, ...]
    number_first: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


def _towns(text: str) -> tuple[tuple[str, str, str], ...]:
    parts = (line.split("|") for line in text.strip().splitlines())
    return tuple((town.strip(), county.strip(), code.strip()) for town, county, code in parts)


BRITAIN = Country(
    "United Kingdom",
    56,
    _words(
        "Amelia,Oliver,Isla,George,Aisha,Harry,Freya,Noah,Priya,Callum,Zoë,Kwame,Eilidh,Rhys,Siân,Imran,Charlotte,"
        "Tobias,Niamh,Chidi,Margaret,Alasdair,Yasmin,Jean-Paul,Katherine,Elizabeth,William,Robert,Anne-Marie,Olu"
    ),
    _words(
        "Smith,Patel,O'Neill,Campbell,Hughes,Okafor,Whitfield,Brontë,MacLeod,Harrington,Singh,Clarke,Adeyemi,Lister,"
        "Featherstone-Haugh,Khan,Davies,Ó Súilleabháin,Thackeray,Begum,Fairweather,Nwosu,Pemberton,Rowe,Llewellyn,"
        "Chowdhury,St. John,Ashdown,de Vere,Blackwood,Oyelaran,Winterbourne,Garside,Hussain,Kilbride,Tennant"
    ),
    _towns(
        """London||EC#A #@@
        London|Greater London|SE1 #@@
        Manchester|Greater Manchester|M# #@@
        Leeds|West Yorkshire|LS1 #@@
        Bristol||BS1 #@@
        Edinburgh|Midlothian|EH# #@@
        Glasgow||G2 #@@
        Cardiff|South Glamorgan|CF10 #@@
        Belfast|County Antrim|BT1 #@@
        St Albans|Hertfordshire|AL1 #@@"""
    ),
    _words("Fictional Way,Lantern Street,Old Tannery Lane,Quayside,Great Example Street,Kiln Road,Weavers' Row"),
    _words("Ltd,Limited,LLP,plc,& Co.,Group,"),
    "44",
    "0",
    (
        *("20 7946 0###", "113 496 0###", "114 496 0###", "116 496 0###", "117 496 0###"),
        *("118 496 0###", "121 496 0###", "131 496 0###", "141 496 0###", "151 496 0###", "161 496 0###"),
        *("191 498 0###", "28 9649 6###", "29 2018 0###"),
    ),
    ("7700 900###",),
    number_first=True,
)
IRELAND = Country(
    "Ireland",
    9,
    _words("Aoife,Cillian,Saoirse,Pádraig,Róisín,Conor,Gráinne,Fionn,Órla,Declan"),
    _words("Ní Bhriain,O'Connell,Byrne,Mac Giolla,Ó Dónaill,Kavanagh,Fitzgerald,Doyle,Nic Aodha,Keogh"),
    _towns("Dublin|Co. Dublin|D02 @###\nCork|Co. Cork|T12 @###\nGalway|Co. Galway|H91 @###"),
    _words("Sráid na Samplaí,Lower Fiction Street,Canal Row,Harbour Place"),
    _words("Ltd,DAC,Teoranta,"),
    "353",
    "0",
    ("20 910 ####",),
    ("20 915 ####",),
    number_first=True,
)
FRANCE = Country(
    "France",
    5,
    _words("Élodie,François,Hélène,Jérôme,Maëlys,Benoît,Anaïs,Loïc,Chloé,Gaël"),
    _words("Lefèvre,Dubois,D'Aubigné,Gonçalves,Bélanger,Fauré,Châtelain,Moreau,Rivière,Nguyên"),
    _towns("Paris||750##\nLyon|Rhône|690##\nMarseille|Bouches-du-Rhône|130##"),
    _words("rue de l'Exemple,avenue des Témoins,quai Fictif,place du Modèle"),
    _words("SARL,SAS,S.A.,& Cie"),
    "33",
    "0",
    ("1 99 00 ## ##", "4 65 71 ## ##"),
    ("6 39 98 ## ##",),
    number_first=True,
)
GERMANY = Country(
    "Germany",
    7,
    _words("Jürgen,Käthe,Björn,Anneliese,Günther,Mia,Sören,Ömer,Lieselotte,Jörg"),
    _words("Müller,Groß,Schäfer,von der Heide,Weiß,Köhler,Strauß,Yıldız,Brückner,Vogt"),
    _towns("Berlin||10###\nMünchen|Bayern|80###\nKöln|Nordrhein-Westfalen|50###\nHamburg||20###"),
    _words("Musterstraße,Beispielweg,Am Alten Speicher,Probeplatz"),
    _words("GmbH,AG,KG,e.V."),
    "49",
    "0",
    ("30 23125 ###", "40 66969 ###", "69 90009 ###", "89 99998 ###", "221 4710 ###"),
    ("171 39200 ##", "176 040690 ##"),
)
SPAIN = Country(
    "Spain",
    4,
    _words("José,Begoña,Íñigo,Lucía,Álvaro,Nuria,Andrés,Concepción,Óscar,Inés"),
    _words("García Lorca,Muñoz,Ibáñez,de la Fuente,Peña,Núñez,Castaño,Vázquez,Ordóñez,Gil"),
    _towns("Madrid||280##\nBarcelona|Barcelona|080##\nMálaga|Málaga|290##"),
    _words("Calle del Ejemplo,Paseo Inventado,Plaza de la Muestra"),
    _words("S.L.,S.A.,y Hermanos"),
    "34",
    "",
    ("910 000 ###", "930 000 ###"),
    ("600 000 ###",),
)
NETHERLANDS = Country(
    "Netherlands",
    4,
    _words("Sjoerd,Fenna,Joost,Maaike,Daniël,Noortje,Ruben,Willemijn,Koen,Eva"),
    _words("van den Berg,de Vries,IJsselstein,'t Hart,Bakker,Visser,van 't Hof,Jansen,Coöper,Zijlstra"),
    _towns("Amsterdam|Noord-Holland|10## @@\nRotterdam|Zuid-Holland|30## @@\nUtrecht|Utrecht|35## @@"),
    _words("Voorbeeldgracht,Verzonnenlaan,Proefkade"),
    _words("B.V.,N.V.,VOF"),
    "31",
    "0",
    ("20 555 0###", "10 555 0###"),
    ("6 5550 0###",),
)
UNITED_STATES = Country(
    "United States",
    8,
    _words("Madison,Tyrell,Brooklyn,Hunter,Guadalupe,Ethan,Keisha,Wyatt,Mei,Jamal"),
    _words("Johnson,Rodríguez,Kowalski,Washington,Nguyen,Goldberg,O'Malley,Begay,Chen,Van Buren"),
    _towns(
        "New York|New York|100##\nSan Francisco|California|941##\nAustin|Texas|787##-####\nBoston|Massachusetts|021##"
    ),
    _words("Placeholder Avenue,W Example St,Sample Plaza,Fictitious Blvd"),
    _words("Inc.,LLC,Corp.,Partners"),
    "1",
    "",
    ("212 555 01##", "415 555 01##", "512 555 01##", "617 555 01##", "303 555 01##"),
    ("646 555 01##", "206 555 01##", "702 555 01##"),
    number_first=True,
)
POLAND = Country(
    "Poland",
    3,
    _words("Łukasz,Małgorzata,Zbigniew,Żaneta,Święcisław,Agnieszka,Paweł,Bożena"),
    _words("Wiśniewski,Wójcik,Łęcka,Zieliński,Gwóźdź,Dąbrowska,Świątek,Kaczmarek"),
    _towns("Warszawa|mazowieckie|00-###\nKraków|małopolskie|30-###\nŁódź|łódzkie|90-###"),
    _words("ul. Przykładowa,ul. Zmyślona,al. Wzorcowa"),
    _words("sp. z o.o.,S.A."),
    "48",
    "",
    ("22 555 0# ##", "12 555 0# ##"),
    ("500 555 0##",),
)
GREECE = Country(
    "Greece",
    2,
    _words("Ελένη=Eleni,Γιώργος=Giorgos,Δήμητρα=Dimitra,Νίκος=Nikos,Αικατερίνη=Aikaterini,Σπύρος=Spyros"),
    _words("Παπαδοπούλου=Papadopoulou,Οικονόμου=Oikonomou,Βασιλείου=Vasileiou,Ξένος=Xenos,Γεωργίου=Georgiou"),
    _towns("Αθήνα|Αττική|105 ##\nΘεσσαλονίκη|Κεντρική Μακεδονία|546 ##"),
    _words("Οδός Παραδείγματος,Λεωφόρος Δοκιμής"),
    _words("A.E.,Ε.Π.Ε."),
    "30",
    "",
    ("210 555 01##", "231 055 50##"),
    ("690 555 01##",),
)
JAPAN = Country(
    "Japan",
    2,
    _words("陽子=Yoko,健太=Kenta,さくら=Sakura,翔=Sho,美咲=Misaki,大輔=Daisuke"),
    _words("山田=Yamada,佐藤=Sato,髙橋=Takahashi,渡邉=Watanabe,小笠原=Ogasawara,林=Hayashi"),
    _towns("東京|千代田区|100-00##\n大阪|大阪府|530-00##\nYokohama|Kanagawa|220-00##"),
    _words("見本町,Reidai Dori,架空通り"),
    _words("株式会社,K.K."),
    "81",
    "0",
    ("3 5550 01##", "6 5550 01##"),
    ("90 5550 01##",),
)
COUNTRIES = (
    *(BRITAIN, IRELAND, FRANCE, GERMANY, SPAIN),
    *(NETHERLANDS, UNITED_STATES, POLAND, GREECE, JAPAN),
)

COMPANY_FIRST = _words(
    "Bright,Northern,Copper,Velvet,Tidal,Paper,Granite,Lumen,Orchard,Cobalt,Harbour,Silver,Meridian,Juniper,Atlas,"
    "Kestrel,Willow,Signal,Marble,Ember,Café,Nørre,Ålesund,Öko,Søndre,Little,Blue,Third,Common,Open"
)
COMPANY_SECOND = _words(
    "Analytics,Advisory,Biotech,Studios,Logistics,Legal,Ventures,Robotics,Travel,Foods,Insurance,Energy,Media,"
    "Learning,Recruitment,Architects,Health,Software,Textiles,Capital,Games,Translations,Charity,Optics,Cycles"
)
BUILDINGS = _words("Example House,The Sample Works,Fiction Court,Studio 9,Lantern Wharf,c/o Reception,The Old Mill")
AREAS = _words("EC1,City,Shoreditch / EC2,West End,M1,near the station,Zone 1,anywhere central")
BUDGETS = _words("£500 a month,400 to 450 per desk,€2000,about 1500 / month,not decided")
SIZES = _words("250 SqFt,800 SqFt,1200-1500,two rooms,small")
TERMS = _words("12 months,6 months,rolling,2 years")
TIMINGS = _words("asap,next month,in spring,no hurry")
EVENTS = _words("Annual meeting,Product launch,Two-day workshop,Board meeting")
NICKNAMES = {
    "Katherine": "Kate",
    "Elizabeth": "Liz",
    "William": "Bill",
    "Robert": "Rob",
    "Margaret": "Maggie",
    "Oliver": "Olly",
    "Charlotte": "Charlie",
    "Tobias": "Toby",
    "Daniël": "Daan",
    "José": "Pepe",
    "Madison": "Maddie",
}
SHARED_MAILBOXES = _words("info,office,hello,reception,admin,contact")
NOTES = (
    "Looking for {people} desks from next month.",
    "Called in on {weekday}.\nWants a tour of {town}; prefers natural light ☀️ and a door that shuts.",
    'Said: "we need it yesterday" – and asked about 24/7 access.',
    "Budget: 400–450 per desk / month, excl. VAT.\n\nNeeds:\n- parking (2)\n- room for < 8\n- dog friendly 🐕",
    "Virtual office only; mail forwarding & call handling.",
    "Growing from {people} people, hybrid: 3 days/week.\r\nCompares us with two others.",
    "Broker says it's urgent!!! Please call 'after lunch'.",
    "100% remote today. Price list sent; follow-up {weekday}.",
    "Ground floor or lift access required (wheelchair ♿).",
    "Tab\tseparated | piped, comma; semicolon – pasted from a spreadsheet",
    "Möchte Tagesbüro; spricht kaum Englisch.",
    "Day office for {people}, podcast room 🎙️, \\back\\slash in the file name.",
)
WEEKDAYS = _words("Monday,Tuesday,Wednesday,Thursday,Friday")
