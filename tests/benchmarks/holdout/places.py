"""Countries, cities, streets and postcodes; addresses of offices and homes."""

import string
from dataclasses import dataclass

from tests.benchmarks.holdout.draw import Rng, Skewed
from tests.benchmarks.holdout.short import listed

# city and its other spellings | state or county | area code | postcodes: # a digit, ? a letter; the most frequent first
_CITIES = {
    "GB": """
London|Greater London|20|EC1A EC1V EC2A EC2M EC2R EC3N EC3V EC4M W1B W1D W1G W1T WC1V WC2H SW1P SE1 N1 E1 E14 NW1 W2 W6
Manchester|Greater Manchester|161|M1 M2 M3 M4 M15 M50
Birmingham|West Midlands|121|B1 B2 B3 B4 B15
Leeds|West Yorkshire|113|LS1 LS2 LS11 LS12
Bristol,Bristol City|Avon|117|BS1 BS2 BS8
Edinburgh|Midlothian|131|EH1 EH2 EH3 EH12
Glasgow|Lanarkshire|141|G1 G2 G3 G4
Reading|Berkshire|118|RG1 RG2 RG6
Cambridge|Cambridgeshire|1223|CB1 CB2 CB4
Oxford|Oxfordshire|1865|OX1 OX2 OX4
Liverpool|Merseyside|151|L1 L2 L3
Brighton,Brighton & Hove|East Sussex|1273|BN1 BN2 BN3
Cardiff,Caerdydd|South Glamorgan|29|CF10 CF11 CF24
Nottingham|Nottinghamshire|115|NG1 NG2 NG7
Milton Keynes|Buckinghamshire|1908|MK9 MK10
Guildford|Surrey|1483|GU1 GU2
Belfast|County Antrim|28|BT1 BT2 BT7
Newcastle upon Tyne,Newcastle|Tyne and Wear|191|NE1 NE2 NE4
Sheffield|South Yorkshire|114|S1 S2 S3
Slough|Berkshire|1753|SL1 SL2""",
    "IE": """
Dublin,Dublin 2,Dublin 4|County Dublin|1|D0#_?##? D0#_??##
Cork|County Cork|21|T12_??##
Galway|County Galway|91|H91_??##
Limerick|County Limerick|61|V94_??##""",
    "US": """
New York,New York City,NYC|NY|212|100##
San Francisco|CA|415|941##
Chicago|IL|312|606##
Boston|MA|617|021##
Austin|TX|512|787##
Los Angeles|CA|213|900##
Denver|CO|303|802##
Atlanta|GA|404|303##
Miami|FL|305|331##
Seattle|WA|206|981##""",
    "DE": """
Berlin|Berlin|30|101## 107## 109##
München,Munich,Muenchen|Bayern|89|803## 805##
Hamburg|Hamburg|40|200## 203##
Frankfurt am Main,Frankfurt,Frankfurt a.M.|Hessen|69|603##
Köln,Cologne,Koeln|Nordrhein-Westfalen|221|506##
Düsseldorf,Duesseldorf|Nordrhein-Westfalen|211|402##
Stuttgart|Baden-Württemberg|711|701##""",
    "NL": """
Amsterdam|Noord-Holland|20|101#_?? 107#_??
Rotterdam|Zuid-Holland|10|301#_??
Den Haag,The Hague,'s-Gravenhage|Zuid-Holland|70|251#_??
Utrecht|Utrecht|30|351#_??
Eindhoven|Noord-Brabant|40|561#_??""",
    "FR": """
Paris|Île-de-France|1|7500# 7501#
Lyon|Auvergne-Rhône-Alpes|4|6900#
Marseille|Provence-Alpes-Côte d'Azur|4|1300#
Lille|Hauts-de-France|3|59#00
Bordeaux|Nouvelle-Aquitaine|5|33#00
Nantes|Pays de la Loire|2|44#00""",
    "ES": """
Madrid|Madrid|94|280##
Barcelona|Cataluña|97|080##
Valencia,València|Comunidad Valenciana|94|460##
Málaga|Andalucía|97|290##
Sevilla,Seville|Andalucía|97|410##""",
    "PL": """
Warszawa,Warsaw|mazowieckie|22|00-### 02-###
Kraków,Krakow,Cracow|małopolskie|12|31-###
Wrocław|dolnośląskie|71|50-###
Gdańsk|pomorskie|58|80-###
Poznań|wielkopolskie|61|61-###""",
}

_STREETS = {
    "GB": """
High_Street Church_Street King_Street Queen_Street Station_Road London_Road Park_Street Victoria_Street
Market_Street Bridge_Street New_Street Castle_Street George_Street Mill_Lane Park_Lane Albert_Road York_Road
Regent_Street Grosvenor_Square Great_Eastern_Street Clerkenwell_Road Old_Street Curtain_Road Farringdon_Road
Leadenhall_Street Fenchurch_Street Gracechurch_Street Cannon_Street Bishopsgate Moorgate Cheapside
Southwark_Street Borough_High_Street Tooley_Street Great_Portland_Street Margaret_Street Berners_Street
Wardour_Street Dean_Street Kingsway High_Holborn Chancery_Lane Red_Lion_Square St_James's_Place Pall_Mall
Victoria_Road Manor_Road The_Crescent Westgate_Street Deansgate Portland_Street Oxford_Road Colmore_Row
Wellington_Street Park_Row Broad_Street Princes_Street Hope_Street Bath_Street St_Vincent_Street Hills_Road
Botley_Road Science_Park_Way Business_Park_Drive Riverside_Avenue Grange_Avenue Elm_Grove Oak_Avenue
Beech_Close Orchard_Way Meadow_Drive Chestnut_Avenue Springfield_Road Green_Lane Windmill_Hill""",
    "IE": """
Main_Street Baggot_Street_Lower Fitzwilliam_Square Merrion_Square Harcourt_Street Grand_Canal_Street
Pearse_Street South_Mall Patrick_Street Eyre_Square Dawson_Street Camden_Street Leeson_Street_Upper
Mount_Street_Lower Custom_House_Quay Haddington_Road Church_Road Castle_Avenue""",
    "US": """
Broadway Main_Street Park_Avenue Market_Street 5th_Avenue Madison_Avenue Michigan_Avenue State_Street
Congress_Avenue Mission_Street Wall_Street Peachtree_Street 7th_Avenue Washington_Street Lake_Street
Wacker_Drive Howard_Street Oak_Street Maple_Drive Elm_Street Sunset_Boulevard Brickell_Avenue Pike_Street
Larimer_Street""",
    "DE": """
Hauptstraße Friedrichstraße Bahnhofstraße Schillerstraße Goethestraße Lindenallee Gartenstraße Kaiserstraße
Leipziger_Straße Rosenthaler_Straße Münchner_Straße Königsallee Schlossstraße Marktplatz Ringstraße
Mozartstraße Neuer_Wall Mainzer_Landstraße Hohenzollernring""",
    "NL": """
Herengracht Keizersgracht Prinsengracht Singel Damrak Stationsplein Coolsingel Weena Kerkstraat Hoofdstraat
Dorpsstraat Molenweg Stationsweg Wilhelminastraat Julianalaan Strawinskylaan Zuidplein Maliebaan
Vondelstraat""",
    "FR": """
rue_de_la_Paix rue_Saint-Honoré boulevard_Haussmann avenue_des_Champs-Élysées rue_du_Faubourg_Poissonnière
rue_de_Rivoli boulevard_Voltaire avenue_de_la_République rue_Victor_Hugo place_Bellecour rue_de_la_Gare
rue_Nationale avenue_Foch cours_Lafayette quai_de_la_Loire rue_Pasteur""",
    "ES": """
Calle_Mayor Gran_Vía Paseo_de_la_Castellana Calle_de_Alcalá Calle_Serrano Passeig_de_Gràcia Carrer_de_Balmes
Avenida_Diagonal Calle_Real Avenida_de_la_Constitución Calle_Velázquez Calle_Orense Plaza_Mayor Calle_Colón
Avenida_de_América""",
    "PL": """
ul._Marszałkowska ul._Nowy_Świat al._Jerozolimskie ul._Prosta ul._Długa ul._Piękna ul._Złota ul._Świdnicka
ul._Floriańska ul._Polna ul._Leśna ul._Krótka ul._Szkolna ul._Ogrodowa ul._Słoneczna ul._Postępu
ul._Domaniewska""",
}

_HOUSES = """
Albion Beacon Bridge Calder Castle Central Chapel City Clarence Compass Crown Dale Eagle Eastgate Emerald
Fleet Forum Gateway Granary Harbour Holborn Iron Jubilee Kings Lantern Liberty Linen Lion Market Mercury
Merchant Metro Mill Monument Nelson Northgate Oak Orchard Park Phoenix Pinnacle Pioneer Quay Regent River
Rose Royal Salisbury Silk Spring Station Sterling Temple Thames Tower Trinity Union Victoria Wharf Windsor
York"""
_KINDS = "House House House Court Exchange Works Building Tower Studios Centre Place Chambers Mill"

POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True)
class City:
    """A city, how else it is written, and what its postcodes and telephone numbers begin with."""

    country: str
    names: tuple[str, ...]
    state: str
    area: str
    postcodes: tuple[str, ...]


@dataclass(frozen=True)
class Address:
    """An address in its full form."""

    city: City
    building: str
    floor: int
    suite: str
    number: str
    road: str
    postcode: str


def _city(country: str, line: str) -> City:
    names, state, area, postcodes = line.split("|")
    return City(country, tuple(names.split(",")), state, area, tuple(listed(postcodes)))


_CITY_LIST = {
    country: [_city(country, line) for line in text.strip().splitlines()] for country, text in _CITIES.items()
}
_CITY_DRAW = {
    country: Skewed([str(place) for place in range(len(cities))], 0.45) for country, cities in _CITY_LIST.items()
}
_STREET_LIST = {country: listed(text) for country, text in _STREETS.items()}
_HOUSE_LIST = listed(_HOUSES)
_KIND_LIST = listed(_KINDS)


def city_in(rng: Rng, country: str) -> City:
    """Return a city of a country; about every other person lives in its largest."""
    return _CITY_LIST[country][int(_CITY_DRAW[country].draw(rng))]


def _postcode(rng: Rng, city: City) -> str:
    pattern = rng.choice(city.postcodes)
    if city.country == "GB":
        pattern += " #??"
    letters = POSTCODE_LETTERS if city.country in ("GB", "NL") else "ACDEFHKNPRTVWXY"
    swaps = {"#": string.digits, "?": letters}
    return "".join(rng.choice(swaps[mark]) if mark in swaps else mark for mark in pattern)


def _number(rng: Rng, country: str) -> str:
    if country == "US":
        return str(rng.randrange(100, 2400))
    number = str(min(rng.randrange(1, 200), rng.randrange(1, 200)))
    return number + rng.choice("abAB") if rng.random() < 0.07 else number


def office(rng: Rng, city: City) -> Address:
    """Return the address of a building of offices."""
    country = city.country
    named = rng.random() < (0.7 if country in ("GB", "IE") else 0.2)
    building = f"{rng.choice(_HOUSE_LIST)} {rng.choice(_KIND_LIST)}" if named else ""
    road = rng.choice(_STREET_LIST[country])
    return Address(city, building, 0, "", _number(rng, country), road, _postcode(rng, city))


def home(rng: Rng, city: City) -> Address:
    """Return the address of a home, every fourth of them a flat."""
    flat = f"{'Apt' if city.country == 'US' else 'Flat'} {rng.randrange(1, 40)}" if rng.random() < 0.25 else ""
    road = rng.choice(_STREET_LIST[city.country])
    if city.country not in ("GB", "IE", "US"):
        flat = ""
    return Address(city, "", 0, flat, _number(rng, city.country), road, _postcode(rng, city))
