"""Many names for crowds of made-up people: given names with their short forms, surnames, streets. Data and no behaviour.

`names.py` has the few, odd names of a demo; a crowd needs as many different ones as a real CRM, some of them very
common. Surnames are listed by how common they are, and then composed of syllables, as surnames are. Imports nothing of
the sandbox.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Locale:
    """How the people of one country are called, where they live, and how that is written.

    `men` and `women` are given names, short forms after ":". `begins` and `ends` compose the less common surnames.
    `towns` carry postcode patterns ("#" a digit, "@" a letter) after "|". `area` and
    `mobile` start telephone numbers.
    """

    share: int
    men: tuple[str, ...]
    women: tuple[str, ...]
    surnames: tuple[str, ...]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    towns: tuple[str, ...]
    streets: tuple[str, ...]
    street_forms: tuple[tuple[str, ...], ...]
    legal: tuple[tuple[str, ...], ...]
    area: str
    mobile: str
    number_first: bool
    joiner: str = " "
    titles: tuple[str, ...] = ("Dr", "Prof.")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())


BRITISH = Locale(
    46,
    _words(
        """James:Jim:Jamie, John:Jack:Johnny, Robert:Rob:Bob, Michael:Mike:Mick, William:Will:Bill, David:Dave,
        Richard:Rick:Rich, Thomas:Tom, Christopher:Chris, Daniel:Dan:Danny, Matthew:Matt, Anthony:Tony, Mark, Paul,
        Steven:Steve, Andrew:Andy:Drew, Kenneth:Ken, George, Joshua:Josh, Kevin:Kev, Brian, Edward:Ed:Ted, Ronald:Ron,
        Timothy:Tim, Jason, Geoffrey:Geoff, Ryan, Jacob:Jake, Gary, Nicholas:Nick, Eric, Jonathan:Jon, Stephen:Steve,
        Laurence:Larry, Justin, Scott, Benjamin:Ben, Samuel:Sam, Gregory:Greg, Alexander:Alex, Patrick:Pat, Frank,
        Raymond:Ray, Dennis, Peter:Pete, Simon, Philip:Phil, Ian, Alan, Graham, Stuart, Martin, Oliver:Ollie, Harry,
        Callum, Rhys, Imran, Mohammed:Mo, Amir, Rajesh:Raj, Sanjay, Vikram, Arjun, Kwame, Chidi, Tunde, Colin, Derek,
        Nigel, Trevor, Dominic:Dom, Edmund, Hugh, Leon, Marcus, Neil, Owen, Quentin, Roger, Terence:Terry, Victor:Vic"""
    ),
    _words(
        """Mary:Molly, Patricia:Pat:Trish, Jennifer:Jen:Jenny, Linda, Elizabeth:Liz:Beth, Barbara:Barb, Susan:Sue,
        Jessica:Jess, Sarah, Karen, Lisa, Nancy, Margaret:Maggie:Peggy, Sandra, Ashley, Kimberly:Kim, Emily:Em, Donna,
        Michelle, Carol, Amanda:Mandy, Dorothy:Dot, Melissa:Mel, Deborah:Debbie, Stephanie:Steph, Rebecca:Becky,
        Laura, Sharon, Cynthia:Cindy, Kathleen:Kath, Amy, Angela:Angie, Shirley, Anna, Ruth, Brenda, Pamela:Pam,
        Nicola:Nicky, Katherine:Kate:Kathy, Samantha:Sam, Christine:Chris, Helen, Debra:Deb, Rachel:Rach, Caroline,
        Janet:Jan, Catherine:Cath, Maria, Heather, Diane:Di, Olivia:Liv, Julie, Joyce, Victoria:Vicky, Kelly, Christina,
        Joan, Evelyn:Evie, Lauren, Judith:Judy, Charlotte:Charlie:Lottie, Priya, Aisha, Fatima, Yasmin, Anjali, Meera,
        Ngozi, Amara, Gillian:Gill, Fiona, Isla, Eilidh, Sian, Bethan, Freya, Alice, Daisy, Eleanor:Ellie, Grace, Holly,
        Imogen, Jean, Lucy, Natalie:Nat, Penelope:Penny, Philippa:Pippa, Tessa, Wendy, Zoe"""
    ),
    _words(
        """Smith,Jones,Williams,Taylor,Brown,Davies,Evans,Wilson,Thomas,Johnson,Roberts,Robinson,Thompson,Wright,Walker,
        White,Edwards,Hughes,Green,Hall,Lewis,Harris,Clarke,Patel,Jackson,Wood,Turner,Martin,Cooper,Hill,Ward,Morris,
        Moore,Clark,Lee,King,Baker,Harrison,Morgan,Allen,James,Scott,Phillips,Watson,Davis,Parker,Price,Bennett,Young,
        Griffiths,Mitchell,Kelly,Cook,Carter,Richardson,Bailey,Collins,Bell,Shaw,Murphy,Miller,Cox,Richards,Khan,
        Marshall,Anderson,Simpson,Ellis,Adams,Singh,Begum,Wilkinson,Foster,Chapman,Powell,Webb,Rogers,Gray,Mason,Ali,
        Hunt,Hussain,Campbell,Matthews,Owen,Palmer,Holmes,Mills,Barnes,Knight,Lloyd,Butler,Russell,Barker,Fisher,
        Stevens,Jenkins,Murray,Dixon,Harvey,Graham,Pearson,Ahmed,Fletcher,Walsh,Kaur,Gibson,Howard,Andrews,Stewart,
        Elliott,Reynolds,Saunders,Payne,Fox,Ford,Pearce,Day,Brooks,West,Lawrence,Cole,Atkinson,Bradley,Spencer,Gill,
        Dawson,Watts,Burton,O'Brien,O'Neill,MacDonald,McCarthy,Okafor,Adeyemi,St John,de Vere,Smythe,Smyth,Clerk"""
    ),
    _words(
        """Ash,Ald,Black,Brad,Brom,Buck,Burn,Cald,Carl,Chad,Cran,Crom,Dal,Den,Dun,East,Ed,Ever,Fair,Farn,Good,Graft,Grim,
        Had,Ham,Hart,Hazel,Hol,Horn,Kil,Kings,Lang,Leigh,Lind,Long,Mar,Mel,Mid,Nether,New,North,Oak,Over,Pem,Pick,Ray,
        Red,Rock,Rush,Sel,Shel,Snow,Stan,Stock,Stam,Sunder,Thorn,Thur,Tun,Under,Wads,Wake,Wal,Wex,Whit,Win,Wool,Wy,York"""
    ),
    _words(
        "bridge,brook,burn,bury,by,combe,croft,dale,den,field,ford,gate,ham,hurst,ley,low,man,mere,shaw,stead,ton,well,wick,wood,worth"
    ),
    _words(
        """London|EC#A #@@,London|EC#M #@@,London|SE# #@@,London|W#C #@@,London|N# #@@,London|E# #@@,London|SW# #@@,
        Manchester|M# #@@,Manchester|M## #@@,Birmingham|B# #@@,Leeds|LS# #@@,Bristol|BS# #@@,Edinburgh|EH# #@@,
        Glasgow|G# #@@,Cardiff|CF# #@@,Liverpool|L# #@@,Sheffield|S# #@@,Reading|RG# #@@,Cambridge|CB# #@@,
        Oxford|OX# #@@,Brighton|BN# #@@,Nottingham|NG# #@@,Newcastle upon Tyne|NE# #@@,St Albans|AL# #@@"""
    ),
    _words(
        """High,Station,Church,Park,Victoria,Green,Manor,Kings,Queens,New,Grange,Mill,School,Albert,London,York,Chapel,
        West,Alexandra,Richmond,Highfield,Windsor,Stanley,Springfield,North,South,Broad,Cross,Bridge,Castle,Market,
        Garden,Orchard,Meadow,Wharf,Foundry,Tanner,Cooper,Sadler,Chandler,Fletcher,Baker,Weaver,Potter,Carter"""
    ),
    (("Street", "St", "St."), ("Road", "Rd", "Rd."), ("Lane", "Ln"), ("Avenue", "Ave", "Av."), ("Square", "Sq")),
    (("Ltd", "Limited", "Ltd.", ""), ("Ltd", "LTD", "Limited"), ("PLC", "plc", ""), ("LLP", "L.L.P.", ""), ("", "")),
    "+4420",
    "+447",
    number_first=True,
)
AMERICAN = Locale(
    14,
    (
        *BRITISH.men,
        *_words("Jose:Pepe, Hunter, Tyler, Brandon, Austin, Wyatt, Jamal, Tyrone, Diego, Carlos, Luis, Kai"),
    ),
    (*BRITISH.women, *_words("Madison:Maddie, Brooklyn, Keisha, Guadalupe:Lupe, Sofia, Camila, Mei, Destiny, Ashlyn")),
    (
        *BRITISH.surnames[:60],
        *_words(
            """Garcia,Rodriguez,Martinez,Hernandez,Lopez,Gonzalez,Perez,Sanchez,Ramirez,Torres,Nguyen,Flores,Rivera,
            Chen,Wang,Kim,Park,Cohen,Goldberg,Kowalski,Schmidt,O'Malley,Van Buren,Washington,Jefferson,Begay,Tran"""
        ),
    ),
    BRITISH.begins,
    BRITISH.ends,
    _words(
        "New York|100##,New York|100##,San Francisco|941##,Austin|787##,Boston|021##,Chicago|606##,Seattle|981##,Denver|802##"
    ),
    _words(
        """Main,Oak,Pine,Maple,Cedar,Elm,Washington,Lake,Hill,Walnut,Spring,North,Ridge,Church,Willow,Mill,Sunset,Railroad,
        Jackson,Cherry,Center,Highland,Franklin,Park,River,Market,Mission,Valencia,Bleecker,Mercer,Spruce,Broad"""
    ),
    (("Street", "St"), ("Avenue", "Ave"), ("Boulevard", "Blvd"), ("Drive", "Dr"), ("Road", "Rd"), ("Court", "Ct")),
    (("Inc.", "Inc", "Incorporated", ""), ("LLC", "L.L.C.", ""), ("Corp.", "Corporation", "")),
    "+1212",
    "+1646",
    number_first=True,
)
GERMAN = Locale(
    11,
    _words(
        """Thomas:Tom, Michael:Micha, Andreas:Andi, Stefan, Christian:Chris, Peter, Klaus, Wolfgang:Wolf, Jürgen,
        Alexander:Alex, Maximilian:Max, Jörg, Uwe, Sebastian:Basti, Tobias:Tobi, Matthias, Björn, Günther, Sören, Ömer,
        Mehmet, Lukas, Jonas, Felix, Philipp, Florian, Ralf, Dirk, Heinz, Bernd, Rüdiger, Holger, Jan-Peter, Karl-Heinz"""
    ),
    _words(
        """Anna, Julia, Sabine, Petra, Monika, Ursula, Claudia, Susanne:Susi, Käthe, Anneliese, Mia, Katharina:Kathi,
        Stefanie:Steffi, Nicole, Andrea, Birgit, Heike, Ute, Silke, Antje, Sigrid, Gisela, Renate, Lieselotte, Ayşe,
        Franziska:Franzi, Johanna, Lena, Hannah, Sophie, Marie, Anne-Sophie, Brigitte, Elke, Cornelia, Doris, Gudrun"""
    ),
    _words(
        """Müller,Schmidt,Schneider,Fischer,Weber,Meyer,Wagner,Becker,Schulz,Hoffmann,Schäfer,Koch,Bauer,Richter,Klein,
        Wolf,Schröder,Neumann,Schwarz,Zimmermann,Braun,Krüger,Hofmann,Hartmann,Lange,Schmitt,Werner,Krause,Meier,
        Lehmann,Schmid,Schulze,Maier,Köhler,Herrmann,König,Walter,Mayer,Huber,Kaiser,Fuchs,Peters,Lang,Scholz,Möller,
        Weiß,Jung,Hahn,Schubert,Vogel,Friedrich,Keller,Günther,Frank,Berger,Winkler,Roth,Beck,Lorenz,Groß,Yıldız,Kaya,
        von der Heide,von Weizenfeld,Strauß,Brückner,Vogt"""
    ),
    _words(
        "Acker,Alten,Berg,Birken,Blumen,Brand,Buchen,Eichen,Eisen,Falken,Feld,Finken,Gold,Grün,Habich,Hasel,Kirch,Linden,Mühlen,Ober,Rosen,Sand,Schön,Silber,Stein,Tannen,Unter,Wald,Wiesen,Winter"
    ),
    _words("bach,bauer,baum,berg,burg,dorf,feld,hagen,hauer,heim,hof,horst,mann,meier,müller,rath,see,stein,thal,wald"),
    _words(
        "Berlin|101##,Berlin|109##,München|803##,Köln|506##,Hamburg|200##,Frankfurt am Main|603##,Stuttgart|701##,Düsseldorf|402##"
    ),
    _words(
        "Haupt,Bahnhof,Garten,Schul,Dorf,Berg,Linden,Kirch,Wald,Ring,Amsel,Goethe,Schiller,Mozart,Industrie,Mühlen,Post,Rosen"
    ),
    (("straße", "str.", "strasse"), ("weg", "weg"), ("platz", "pl."), ("allee", "allee")),
    (("GmbH", "Gmbh", "G.m.b.H.", ""), ("AG", ""), ("KG", ""), ("GmbH & Co. KG", "GmbH")),
    "+4930",
    "+49171",
    number_first=False,
    joiner="",
)
FRENCH = Locale(
    8,
    _words(
        """Jean, Pierre, Michel, Philippe, Alain, Nicolas:Nico, Christophe:Chris, Laurent, François, Frédéric:Fred, Jérôme,
        Benoît, Loïc, Gaël, Antoine, Guillaume, Julien, Sébastien:Seb, Mathieu, Olivier, Hervé, Rémi, Jean-Luc,
        Jean-Pierre, Mohamed, Karim, Étienne, Gérard, Yves, Théo, Hugo, Lucas, Maxime:Max, Thibault, Éric, Cédric"""
    ),
    _words(
        """Marie, Nathalie:Nath, Isabelle:Isa, Sylvie, Catherine:Cathy, Élodie, Hélène, Anaïs, Chloé, Céline, Aurélie,
        Émilie, Camille, Léa, Manon, Maëlys, Françoise, Valérie:Val, Sandrine, Véronique:Véro, Anne-Marie, Fatou, Nadia,
        Brigitte, Monique, Juliette, Margaux, Charlotte, Inès, Zoé, Agnès, Florence:Flo, Delphine, Laëtitia, Mélanie"""
    ),
    _words(
        """Martin,Bernard,Dubois,Thomas,Robert,Richard,Petit,Durand,Leroy,Moreau,Simon,Laurent,Lefèvre,Michel,Garcia,David,
        Bertrand,Roux,Vincent,Fournier,Morel,Girard,André,Mercier,Dupont,Lambert,Bonnet,François,Martinez,Legrand,Garnier,
        Faure,Rousseau,Blanc,Guérin,Muller,Henry,Roussel,Nicolas,Perrin,Morin,Mathieu,Clément,Gauthier,Dumont,Nguyên,
        Fontaine,Chevalier,Robin,Masson,D'Aubigné,de La Tour,Le Gall,Bélanger,Châtelain,Rivière,Fauré,Diallo,Traoré"""
    ),
    _words(
        "Beau,Belle,Bois,Bon,Champ,Château,Clair,Croix,Font,Grand,Haut,Mon,Neuf,Pré,Roche,Saint,Val,Vieux,Vert,Ville"
    ),
    _words("champ,court,fort,jeu,lieu,main,mont,moulin,pierre,pont,port,rand,roche,son,val,vent,ville,voisin"),
    _words("Paris|7500#,Paris|7501#,Lyon|6900#,Marseille|1300#,Lille|5900#,Nantes|4400#,Toulouse|3100#,Bordeaux|3300#"),
    _words(
        "de la Paix,Victor Hugo,de la République,des Fleurs,du Moulin,de l'Église,Pasteur,des Écoles,du Port,Voltaire,de Verdun,des Lilas"
    ),
    (("rue", "r."), ("avenue", "av."), ("boulevard", "bd"), ("place", "pl.")),
    (("SARL", "S.A.R.L.", ""), ("SAS", "S.A.S.", ""), ("SA", "S.A.", "")),
    "+331",
    "+336",
    number_first=True,
    titles=("Mme", "M."),
)
SPANISH = Locale(
    7,
    _words(
        """Antonio:Toni, José:Pepe, Manuel:Manolo, Francisco:Paco, Juan, David, Javier:Javi, Carlos, Daniel:Dani, Miguel,
        Rafael:Rafa, Pedro, Ángel, Alejandro:Alex, Fernando, Sergio, Pablo, Jorge, Alberto, Luis, Álvaro, Diego, Adrián,
        Raúl, Íñigo, Iván, Rubén, Óscar, Andrés, Joaquín, Santiago:Santi, Vicente, Eduardo:Edu, Ignacio:Nacho"""
    ),
    _words(
        """María, Carmen, Ana, Isabel:Isa, Laura, Cristina, Marta, Lucía, Paula, Elena, Pilar, Raquel, Rosa, Concepción:Concha,
        Begoña, Nuria, Inés, Sara, Beatriz:Bea, Alba, Irene, Silvia, Patricia:Patri, Rocío, Mónica, Andrea, Dolores:Lola,
        Mercedes, Teresa, Eva, Sofía, Julia, Noelia, Verónica, Yolanda, Ana María, María José"""
    ),
    _words(
        """García,González,Rodríguez,Fernández,López,Martínez,Sánchez,Pérez,Gómez,Martín,Jiménez,Ruiz,Hernández,Díaz,Moreno,
        Muñoz,Álvarez,Romero,Alonso,Gutiérrez,Navarro,Torres,Domínguez,Vázquez,Ramos,Gil,Ramírez,Serrano,Blanco,Molina,
        Morales,Suárez,Ortega,Delgado,Castro,Ortiz,Rubio,Marín,Sanz,Núñez,Iglesias,Medina,Garrido,Cortés,Castillo,Santos,
        Lozano,Guerrero,Cano,Prieto,Méndez,Cruz,Gallego,Vidal,León,Márquez,de la Fuente,del Río,Peña,Ibáñez,Ordóñez"""
    ),
    _words("Agua,Alca,Al,Barri,Bena,Cala,Campo,Casa,Fuen,Gara,Herre,Maldo,Monte,Pala,Pena,Rio,Robla,Sala,Torre,Villa"),
    _words("bella,cete,clara,do,dero,fría,güera,lar,lobos,mar,nares,nova,rejo,ro,rubia,seca,tilla,valle,verde,zar"),
    _words("Madrid|280##,Barcelona|080##,Valencia|460##,Sevilla|410##,Málaga|290##,Bilbao|480##"),
    _words(
        "Mayor,del Sol,Real,de la Iglesia,Nueva,San Juan,de la Paz,Cervantes,del Carmen,Goya,Velázquez,Colón,de Alcalá"
    ),
    (("Calle", "C/", "c."), ("Avenida", "Avda.", "Av."), ("Plaza", "Pza.")),
    (("S.L.", "SL", "S.L", ""), ("S.A.", "SA", ""), ("S.L.U.", "SLU", "")),
    "+3491",
    "+346",
    number_first=False,
    titles=("D.", "Dña."),
)
DUTCH = Locale(
    7,
    _words(
        "Jan, Johannes:Hans, Pieter:Piet, Cornelis:Kees, Hendrik:Henk, Willem:Wim, Daan, Sem, Bram, Thijs, Sjoerd, Joost, Koen, Ruben, Maarten, Jeroen, Bas, Tim, Mark, Rob, Erik, Frank, Gerard, Wouter, Lars, Niels, Sander, Tom, Daniël:Daan"
    ),
    _words(
        "Emma, Sophie, Julia, Anna, Eva, Fenna, Maaike, Noortje, Willemijn, Sanne, Lotte, Femke, Anouk, Esther, Ingrid, Marjan, Petra, Linda, Monique, Saskia, Johanna:Jo, Maria:Ria, Elisabeth:Els, Margaretha:Greet, Iris, Roos"
    ),
    _words(
        "de Jong,Jansen,de Vries,van den Berg,van Dijk,Bakker,Janssen,Visser,Smit,Meijer,de Boer,Mulder,de Groot,Bos,Vos,Peters,Hendriks,van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Smits,de Graaf,van der Meer,van der Linden,Kok,Jacobs,de Haan,Vermeulen,van den Heuvel,van der Veen,van den Broek,'t Hart,van 't Hof,IJsselstein,Coöper,Zijlstra,Yilmaz"
    ),
    _words(
        "Achter,Berk,Boeren,Bouw,Dijk,Eik,Groen,Haver,Hoog,Kerk,Klein,Land,Linden,Meer,Molen,Noord,Oost,Rozen,Steen,Veld,Water,West,Zand,Zuider"
    ),
    _words(
        "aar,berg,broek,dam,dijk,donk,graaf,horst,huis,huizen,kamp,kerk,land,man,meer,schot,stra,veld,veen,voort,weide"
    ),
    _words("Amsterdam|101# @@,Amsterdam|107# @@,Rotterdam|301# @@,Utrecht|351# @@,Den Haag|251# @@,Eindhoven|561# @@"),
    _words(
        "Kerk,School,Molen,Dorps,Nieuw,Stations,Wilhelmina,Juliana,Beatrix,Eiken,Linden,Rozen,Heren,Keizers,Prinsen"
    ),
    (("straat", "str."), ("laan", "laan"), ("weg", "weg"), ("gracht", "gracht")),
    (("B.V.", "BV", "bv", ""), ("N.V.", "NV"), ("VOF", "V.O.F.", "")),
    "+3120",
    "+316",
    number_first=False,
    joiner="",
    titles=("Dhr.", "Mevr."),
)
POLISH = Locale(
    4,
    _words(
        "Jan, Piotr, Krzysztof, Andrzej, Tomasz:Tomek, Paweł, Michał, Marcin, Jakub:Kuba, Łukasz, Adam, Mateusz, Zbigniew:Zbyszek, Grzegorz, Wojciech:Wojtek, Rafał, Marek, Dariusz:Darek, Maciej, Święcisław"
    ),
    _words(
        "Anna:Ania, Maria, Katarzyna:Kasia, Małgorzata:Gosia, Agnieszka:Aga, Barbara:Basia, Ewa, Krystyna, Magdalena:Magda, Elżbieta:Ela, Joanna:Asia, Zofia:Zosia, Żaneta, Bożena, Monika, Justyna, Aleksandra:Ola, Natalia"
    ),
    _words(
        "Nowak,Kowalski,Wiśniewski,Wójcik,Kowalczyk,Kamiński,Lewandowski,Zieliński,Szymański,Woźniak,Dąbrowski,Kozłowski,Jankowski,Mazur,Kwiatkowski,Krawczyk,Kaczmarek,Piotrowski,Grabowski,Zając,Pawłowski,Król,Michalski,Wróbel,Wieczorek,Jabłoński,Nowakowski,Majewski,Stępień,Gwóźdź,Łęcka,Świątek"
    ),
    _words(
        "Baran,Bor,Brzez,Czar,Dęb,Gał,Gór,Jasin,Klon,Krasn,Lip,Łącz,Małec,Olsz,Ostrow,Pol,Rud,Sosn,Star,Topol,Zab,Zaw"
    ),
    _words("ak,ecki,czyk,ewicz,ewski,iak,icki,iński,owicz,owski,ski,uk"),
    _words("Warszawa|00-###,Warszawa|02-###,Kraków|30-###,Łódź|90-###,Wrocław|50-###,Gdańsk|80-###"),
    _words(
        "Polna,Leśna,Słoneczna,Krótka,Szkolna,Ogrodowa,Lipowa,Brzozowa,Łąkowa,Kwiatowa,Kościelna,Sosnowa,Zielona,Parkowa"
    ),
    (("ul.", "ul", "ulica"), ("al.", "aleja")),
    (("sp. z o.o.", "Sp. z o. o.", "Sp z oo", ""), ("S.A.", "SA", "")),
    "+4822",
    "+48500",
    number_first=False,
    titles=("mgr",),
)
ITALIAN = Locale(
    3,
    _words(
        "Giuseppe:Beppe, Giovanni:Gianni, Antonio, Mario, Luigi, Francesco:Franco, Angelo, Vincenzo:Enzo, Pietro, Salvatore, Carlo, Franco, Domenico, Paolo, Marco, Luca, Andrea, Stefano, Alessandro:Ale, Matteo, Niccolò, Roberto, Davide"
    ),
    _words(
        "Maria, Anna, Giuseppina, Rosa, Angela, Giovanna, Teresa, Lucia, Carmela, Francesca, Giulia, Chiara, Federica:Fede, Sara, Martina, Valentina:Vale, Alessandra:Ale, Silvia, Elisa, Paola, Laura, Elena, Nicoletta"
    ),
    _words(
        "Rossi,Russo,Ferrari,Esposito,Bianchi,Romano,Colombo,Ricci,Marino,Greco,Bruno,Gallo,Conti,De Luca,Mancini,Costa,Giordano,Rizzo,Lombardi,Moretti,Barbieri,Fontana,Santoro,Mariani,Rinaldi,Caruso,Ferrara,Galli,Martini,Leone,D'Angelo,Dell'Acqua,Nicolò"
    ),
    _words("Bell,Bon,Cap,Castel,Cava,Fior,Gal,Mal,Mont,Pala,Pasqu,Pelle,Pied,Quar,Roc,San,Tor,Val,Vent,Zan"),
    _words("accio,ano,ardi,aro,avero,azzi,ella,ello,eri,etti,etto,ini,ino,oli,one,oni,otti,uzzi"),
    _words("Milano|201##,Roma|001##,Torino|101##,Bologna|401##,Firenze|501##,Napoli|801##"),
    _words(
        "Roma,Garibaldi,Mazzini,Dante,Verdi,Cavour,Marconi,Manzoni,Matteotti,Trento,Milano,Vittorio Veneto,Leopardi"
    ),
    (("Via", "V."), ("Viale", "V.le"), ("Piazza", "P.za", "Pzza")),
    (("S.r.l.", "SRL", "srl", ""), ("S.p.A.", "SPA", "Spa")),
    "+3906",
    "+39320",
    number_first=False,
    titles=("Dott.", "Ing."),
)
LOCALES = (BRITISH, AMERICAN, GERMAN, FRENCH, SPANISH, DUTCH, POLISH, ITALIAN)

FIRM_FIRST = _words(
    """Bright,Northern,Copper,Velvet,Tidal,Paper,Granite,Lumen,Orchard,Cobalt,Harbour,Silver,Meridian,Juniper,Atlas,Kestrel,
    Willow,Signal,Marble,Ember,Little,Blue,Third,Common,Open,Red,Green,Golden,Arctic,Solar,Lunar,Stellar,Urban,Rural,Royal,
    Union,Allied,Global,Pacific,Atlantic,Baltic,Nordic,Alpine,Summit,Valley,River,Ocean,Forest,Desert,Prairie,Falcon,Heron,
    Raven,Otter,Badger,Lynx,Tiger,Bison,Maple,Cedar,Birch,Hazel,Rowan,Aspen,Linden,Saffron,Indigo,Crimson,Amber,Onyx,Opal,
    Quartz,Basalt,Slate,Flint,Anchor,Beacon,Compass,Lantern,Pioneer,Vanguard,Sterling,Zenith,Apex,Vertex,Matrix,Vector"""
)
FIRM_SECOND = _words(
    """Analytics,Advisory,Biotech,Studios,Logistics,Legal,Ventures,Robotics,Travel,Foods,Insurance,Energy,Media,Learning,
    Recruitment,Architects,Health,Software,Textiles,Capital,Games,Translations,Charity,Optics,Cycles,Consulting,Partners,
    Design,Engineering,Systems,Networks,Labs,Digital,Marketing,Events,Property,Estates,Finance,Wealth,Accounting,Security,
    Telecom,Mobility,Aerospace,Marine,Interiors,Furniture,Fashion,Cosmetics,Pharma,Diagnostics,Dental,Veterinary,Publishing,
    Films,Music,Theatre,Sports,Fitness,Catering,Coffee,Brewing,Bakery,Farms,Timber,Steel,Plastics,Packaging,Printing"""
)
FIRM_THIRD = _words(",,,,,,Group,Services,Solutions,International,Europe,UK,& Sons,and Partners,Holdings,Collective,Co")
BUILDINGS = _words(
    """Example House,The Sample Works,Fiction Court,Studio 9,Lantern Wharf,The Old Mill,Exchange House,Regent House,
    Mercury Tower,Albion Mills,Bridge House,Canal Works,Central Point,Foundry Yard,Granary House,Kings Court"""
)
SHARED_MAILBOXES = _words("info,office,hello,reception,admin,contact,sales,enquiries,team,kontakt,accueil,marketing")
WEBMAIL = _words("webmail.example,post.example,freemail.example,mail-box.example,inbox.example")
