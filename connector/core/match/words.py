"""Words that say nothing about who somebody is: titles, legal forms, shared mailboxes, placeholders. Data only.

All in the folded form of `fold.plain`: lower case, no accents, no dots. Imports nothing.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLACEHOLDERS = frozenset(
    [
        "unknown",
        "n a",
        "na",
        "none",
        "nil",
        "null",
        "test",
        "tester",
        "testing",
        "tbc",
        "tbd",
        "tba",
        "not provided",
        "not known",
        "not given",
        "not applicable",
        "not specified",
        "no name",
        "noname",
        "no company",
        "anonymous",
        "unbekannt",
        "inconnu",
        "desconocido",
        "onbekend",
        "sconosciuto",
        "x",
        "xx",
        "xxx",
        "xxxx",
        "asdf",
        "qwerty",
        "dummy",
        "blank",
        "empty",
        "undefined",
        "unnamed",
        "nobody",
        "private",
        "self employed",
        "not available",
        "to follow",
        "unknown company",
        "unknown name",
        "lead",
        "new lead",
        "keine angabe",
        "k a",
        "sin datos",
        "ignoto",
        "name",
        "first name",
        "last name",
        "company",
        "firstname",
        "lastname",
        "surname",
    ]
)
"""Whole values that people and forms write where they know nothing."""

TITLES = _words(
    "mr mrs ms miss mx dr doctor prof professor sir dame lord lady rev reverend fr father sr sister hon capt captain "
    "col colonel maj major lt sgt herr frau fraulein hr fru m mme mlle monsieur madame mademoiselle dhr mevr mw sig "
    "signor signora sra srta senor senora don dona dna dott ing inz mgr dipl eng arch pan pani"
)
"""Words in front of a name. "Sr" in front is Señor, behind it is Senior."""

NO_SURNAMES = _words(
    "mr mrs ms mx dr prof professor rev reverend herr frau fraulein mme mlle monsieur madame mademoiselle dhr mevr "
    "signor signora sra srta senor senora dna dott dipl"
)
"""Titles that no surname begins with, unlike Lord-Taylor and Major Ferguson."""

GENERATIONS = {
    **dict.fromkeys(("jr", "jnr", "junior", "jun", "fils", "figlio", "hijo", "filho", "neto"), "junior"),
    **dict.fromkeys(("sr", "snr", "senior", "sen", "pere"), "senior"),
    "ii": "2",
    "2nd": "2",
    "iii": "3",
    "3rd": "3",
    "iv": "4",
    "4th": "4",
}
"""Words behind a name that tell father and son apart."""

DEGREES = _words("phd md mba msc bsc ma ba llb llm esq esquire obe mbe cbe kc qc frcs mrics frics cpa aca acca dds rn")
"""Words behind a name that do not belong to it."""

PARTICLES = _words(
    "van von de der den del della di da do dos das du la le el al bin binte ibn ben st saint zu zum zur ten ter te t op "
    "af av ni nic mac mc o d l y e"
)
"""Small words of a surname that some forms drop."""

LEGAL_FORMS = _words(
    "ltd limited llp lp plc inc incorporated llc pllc corp corporation co company cic clg dac uc teoranta teo "
    "gmbh mbh ag kg kgaa ohg gbr ug eg ev ek se haftungsbeschrankt gesellschaft bv nv vof cv sarl sas sasu sa eurl sci "
    "snc cie srl spa sapa sl slu sll sc scp ltda lda eireli ab as asa aps oy oyj hf ehf kft zrt bt nyrt doo dd ad sro "
    "ooo zao oao pao sp zoo oo zo z o pty pte pvt private proprietary sdn bhd kk gk yk 株式会社 有限会社 合同会社 ae epe αε επε ike ике "
    "ооо ао as pbc na hijos hermanos"
)
"""Words at the end of a company's name that tell its form in law."""

LEGAL_STARTS = _words("the ooo pt cv 株式会社 有限会社 合同会社 ооо")
"""Words in front of a company's name that do not belong to it."""

SHARED = _words(
    "info infos information hello hi hey hallo hola bonjour ciao contact contacts contactus kontakt contacto contatto "
    "contato office buero buro bureau oficina ufficio escritorio kantoor kontor biuro reception receptie empfang accueil "
    "recepcion frontdesk admin administration administrator administracion verwaltung sekretariat secretariat secretary "
    "secretaria sales verkauf vertrieb ventes ventas vendite vendas verkoop salg forsaljning sprzedaz enquiries enquiry "
    "inquiries inquiry anfrage anfragen anfragen demande demandes support help helpdesk service services servicedesk "
    "kundenservice customerservice customercare care team staff mail email post mailbox inbox poczta correo posta postmaster "
    "webmaster hostmaster accounts accounting finance buchhaltung comptabilite billing invoices invoice rechnung facturas "
    "facturation payroll hr jobs careers recruitment recruiting karriere marketing press presse media pr events booking "
    "bookings reservations reservation buchung lettings leasing property properties agency brokers broker leads lead "
    "management manager gm operations ops it itsupport tech facilities fm legal general main company business newbusiness "
    "partners orders order shop store studio hq headquarters purchasing procurement einkauf achats compras zentrale "
    "direktion direction gerencia members membership community workspace"
)
"""Mailboxes that a whole team reads (RFC 2142 and everyday ones), in the languages our customers write."""

NOBODY = _words(
    "noreply donotreply nomail noemail none unknown test example nobody anonymous null devnull na noaddress"
)
"""Mailboxes nobody reads."""

FREE_MAIL = _words(
    "gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it yahoo.ca yahoo.com.au ymail.com "
    "rocketmail.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.es hotmail.it outlook.com outlook.fr "
    "outlook.de outlook.es live.com live.co.uk live.fr live.nl live.de msn.com icloud.com me.com mac.com aol.com aol.co.uk "
    "gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com proton.me "
    "protonmail.com pm.me tutanota.com zoho.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net libero.it virgilio.it "
    "tiscali.it alice.it btinternet.com btopenworld.com sky.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk "
    "comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net shaw.ca rogers.com bigpond.com "
    "optusnet.com.au xtra.co.nz eircom.net ziggo.nl kpnmail.nl planet.nl hetnet.nl telenet.be skynet.be bluewin.ch "
    "wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz qq.com 163.com 126.com naver.com daum.net uol.com.br bol.com.br "
    "terra.com.br fastmail.com hey.com"
)
"""Domains where anybody may have a mailbox: they say nothing about a company."""

DOTLESS = _words("gmail.com googlemail.com")
"""Providers that ignore dots in a mailbox's name."""

STREET_WORDS = {
    **dict.fromkeys(("rd",), "road"),
    **dict.fromkeys(("ave", "av", "aven"), "avenue"),
    **dict.fromkeys(("blvd", "bvd", "boul", "bd"), "boulevard"),
    **dict.fromkeys(("ln",), "lane"),
    **dict.fromkeys(("dr", "drv"), "drive"),
    **dict.fromkeys(("sq",), "square"),
    **dict.fromkeys(("pl", "plc"), "place"),
    **dict.fromkeys(("ct", "crt"), "court"),
    **dict.fromkeys(("cres", "cresc", "cr"), "crescent"),
    **dict.fromkeys(("cct", "cir", "circ"), "circuit"),
    **dict.fromkeys(("tce", "ter", "terr"), "terrace"),
    **dict.fromkeys(("gdns", "gdn"), "gardens"),
    **dict.fromkeys(("hwy",), "highway"),
    **dict.fromkeys(("pde",), "parade"),
    **dict.fromkeys(("pkwy", "pwy"), "parkway"),
    **dict.fromkeys(("cl",), "close"),
    **dict.fromkeys(("gr", "grv"), "grove"),
    **dict.fromkeys(("wy",), "way"),
    **dict.fromkeys(("bldg", "bld"), "building"),
    **dict.fromkeys(("hse",), "house"),
    **dict.fromkeys(("ctr", "cntr", "center"), "centre"),
    **dict.fromkeys(("mt",), "mount"),
    **dict.fromkeys(("str", "strasse"), "strasse"),
    **dict.fromkeys(("pza",), "plaza"),
    "r": "rue",
    **dict.fromkeys(("n",), "north"),
    **dict.fromkeys(("s",), "south"),
    **dict.fromkeys(("w",), "west"),
}
"""Short forms in addresses, behind a word or a number; "st" is a street unless it stands first."""

FIRST_STREET_WORDS = {
    **dict.fromkeys(("c", "cl", "cll"), "calle"),
    **dict.fromkeys(("avda", "avd", "av"), "avenida"),
    **dict.fromkeys(("pl", "plza"), "plaza"),
    **dict.fromkeys(("pza", "pzza"), "piazza"),
    **dict.fromkeys(("ul",), "ulica"),
    **dict.fromkeys(("al",), "aleja"),
    **dict.fromkeys(("v",), "via"),
    **dict.fromkeys(("vle",), "viale"),
    **dict.fromkeys(("cso",), "corso"),
    **dict.fromkeys(("r",), "rue"),
}
"""Short forms in front of a street's name, as in Spanish, Polish, Italian and French."""

STREET_ENDS = {"str": "strasse", "straat": "strasse", "pl": "platz"}
"""Ends of one long word: Ringstr., Kirchpl., Kerkstraat."""

UNITS = _words(
    "flat unit apt apartment suite ste floor fl level lvl room rm office desk etage stock og piso planta verdieping "
    "kamer wohnung whg bureau appt po box"
)
"""Words that name a part of a building."""
