"""Short forms of given names, names in another language or spelling, and surnames that sound alike."""

SHORT = """
David:Dave,Davy John:Johnny,Jack Michael:Mike,Mick Andrew:Andy,Drew James:Jim,Jamie,Jimmy Peter:Pete
Richard:Rich,Dick,Ricky Stephen:Steve Steven:Steve Robert:Rob,Bob,Bobby Christopher:Chris Matthew:Matt
Daniel:Dan,Danny Simon:Si Thomas:Tom,Tommy William:Will,Bill,Billy Anthony:Tony,Ant Jonathan:Jon,Jonny Kevin:Kev
Philip:Phil Stuart:Stu Nicholas:Nick Benjamin:Ben Timothy:Tim Alexander:Alex,Sandy,Xander Joseph:Joe
Edward:Ed,Ted,Eddie Samuel:Sam Charles:Charlie,Chas Oliver:Ollie Kenneth:Ken Geoffrey:Geoff Joshua:Josh
Patrick:Pat,Paddy Dominic:Dom Raymond:Ray Nathan:Nate Henry:Harry,Hal Jeremy:Jez,Jem Douglas:Doug Terence:Terry
Lewis:Lew Maxwell:Max Frederick:Fred,Freddie Arthur:Art Alfred:Alf,Fred Leonard:Len Laurence:Larry Gregory:Greg
Francis:Frank Lawrence:Larry Barnaby:Barney Sebastian:Seb Reginald:Reg Clifford:Cliff Desmond:Des Gerald:Gerry
Bernard:Bernie Zachary:Zach Cameron:Cam Bradley:Brad Theodore:Theo Ronald:Ron Vincent:Vince Martin:Marty
Susan:Sue,Susie Julie:Jules Joanne:Jo Rachel:Rach Rebecca:Becky,Bex Jennifer:Jenny,Jen
Elizabeth:Liz,Beth,Lizzie,Betty Margaret:Maggie,Meg,Peggy Victoria:Vicky,Tori Michelle:Shell Samantha:Sam
Amanda:Mandy Catherine:Cathy,Kate,Cath Alison:Ali Deborah:Debbie,Deb Charlotte:Lottie,Charlie Jacqueline:Jackie
Caroline:Carrie,Caz Katherine:Kate,Katie,Kathy,Kat Jessica:Jess Christine:Chris,Chrissie Patricia:Pat,Trish
Natalie:Nat Stephanie:Steph Angela:Angie Alexandra:Alex,Sandra,Lexi Danielle:Dani Natasha:Tash Abigail:Abby
Melanie:Mel Kathryn:Kate,Kathy Eleanor:Ellie,Nell Philippa:Pippa,Pip Georgina:George,Georgie Rosemary:Rosie
Gillian:Jill,Gill Judith:Judy Suzanne:Sue Frances:Fran Harriet:Hattie Bethany:Beth Francesca:Fran,Chess
Isabel:Izzy Pamela:Pam Barbara:Barb,Babs Teresa:Terri,Tess Penelope:Penny Annabel:Bel Joanna:Jo Antonia:Toni
Felicity:Fliss Gabrielle:Gaby Constance:Connie Josephine:Josie Beatrice:Bea Dorothy:Dot Cynthia:Cindy
Kimberly:Kim Jeffrey:Jeff Madison:Maddie Allison:Ali Padraig:Paddy Ciaran:Kieran Gerard:Ger,Gerry Eamon:Ned
Siobhán:Shiv Nicola:Nicky Jonathon:Jon Hans-Peter:Peter Karl-Heinz:Heinz,Karl Maximilian:Max Sebastian:Basti
Katharina:Kathi,Katja Susanne:Susi Gabriele:Gabi Johannes:Hannes,Hans Franziska:Franzi Johanna:Hanna
Hendrik:Henk Pieter:Piet Willem:Wim,Pim Cornelis:Kees Maria:Marijke Alexandre:Alex Maxime:Max Frédéric:Fred
Francisco:Paco,Fran José:Pepe Manuel:Manolo Jesús:Chus Ignacio:Nacho Eduardo:Edu Alejandro:Álex
Montserrat:Montse Concepción:Concha Mercedes:Merche Rafael:Rafa Javier:Javi Dolores:Lola Krzysztof:Krzysiek
Tomasz:Tomek Katarzyna:Kasia Małgorzata:Gosia Magdalena:Magda Agnieszka:Aga Aleksandra:Ola Joanna:Asia
Grzegorz:Grzesiek Wojciech:Wojtek Jakub:Kuba Oluwaseun:Seun Oluwafemi:Femi Oluwakemi:Kemi Babatunde:Tunde
Chukwuemeka:Emeka Funmilayo:Funmi Temitope:Temi,Tope Ayodeji:Deji,Ayo Damilola:Dami,Lola Oluwatobi:Tobi
Adebayo:Bayo Yetunde:Yetty Titilayo:Titi Tolulope:Tolu Olumide:Mide Chinedu:Nedu Ifeanyi:Ify Rajesh:Raj
Sanjay:Sanj Vikram:Vik Harpreet:Harp Manpreet:Mani Jaspreet:Jas Gurpreet:Gurp Siddharth:Sid Srinivas:Srini
Nikhil:Nik Abdulrahman:Abdul Mohammed:Mo Muhammad:Mo Mohamed:Mo Mustafa:Mo"""

SPELT = """
Stephen,Steven Philip,Phillip Geoffrey,Jeffrey Catherine,Katherine,Kathryn Claire,Clare Sarah,Sara
Alan,Allan,Allen Graham,Graeme Anne,Ann Jon,John Ian,Iain Nicholas,Nicolas Teresa,Theresa Tracey,Tracy
Stuart,Stewart Sean,Shaun,Shawn Deborah,Debra Lindsay,Lindsey Hayley,Hailey Zoe,Zoë Marc,Mark Carl,Karl
Craig,Kraig Neil,Neal Laurence,Lawrence Isabel,Isobel,Isabelle Rachel,Rachael Lesley,Leslie Frances,Francis
Alistair,Alastair,Alasdair Jonathan,Jonathon Mohammed,Muhammad,Mohamed,Mohammad Ahmed,Ahmad
Hussain,Hussein,Husain Hassan,Hasan Yusuf,Yousuf,Youssef Omar,Umar Aisha,Ayesha Fatima,Fatema,Fatimah
Mariam,Maryam Layla,Leila Karim,Kareem Khaled,Khalid Tarek,Tariq Noor,Nour Zeinab,Zainab Ibrahim,Ebrahim
Sunil,Suneel Anil,Aneel Sanjay,Sanjai Pooja,Puja Deepak,Dipak Lakshmi,Laxmi Stefan,Stephan Christoph,Kristof
Katrin,Kathrin Philipp,Philip Lukas,Lucas Erik,Eric Thomas,Tomas Matthieu,Mathieu Clarke,Clark Thompson,Thomson
Stevens,Stephens Phillips,Philips Davies,Davis Johnson,Johnston Reid,Reed,Read Brown,Browne Cook,Cooke Gray,Grey
Smith,Smyth Harrison,Harison Nicholls,Nichols Hughes,Hewes Pearce,Pierce Lee,Leigh Matthews,Mathews Allan,Allen
Green,Greene Shepherd,Sheppard Elliott,Elliot,Eliot Bennett,Bennet Barrett,Barratt MacDonald,McDonald
Mackenzie,McKenzie Mackay,McKay Macleod,McLeod Connor,Conner Hobbs,Hobs Wyatt,Wyat Rogers,Rodgers Jenkins,Jenkin
Byrne,Burn Burke,Bourke Rowe,Roe Webb,Web Morris,Maurice Lewis,Louis Stewart,Stuart Moore,Moor,More Khan,Kahn
Chowdhury,Choudhury,Chaudhry Rahman,Rehman Sheikh,Shaikh Siddiqui,Siddiqi Mahmood,Mahmoud,Mehmood
Meyer,Meier,Maier,Mayer Schmidt,Schmitt,Schmid Hoffmann,Hofmann Müller,Möller Fischer,Fisher Weiß,Weiss
Jansen,Janssen Peters,Peeters Lefebvre,Lefèvre Gauthier,Gautier Agarwal,Aggarwal Chatterjee,Chatterji
Zhang,Cheung Wong,Wang"""

ENGLISH = (
    "Kevin Jason Andy Tony Eric Michael Steven Henry Leo Alan Amy Vivian Grace Jenny Cindy Lily Joyce Helen Tina Ivy"
)

TITLES_MEN = "Mr Mr Mr Mr. Dr Prof Sir MR"
TITLES_WOMEN = "Ms Mrs Miss Mrs. Dr Ms. Prof MRS"


def listed(text: str) -> list[str]:
    """Return the words of a wrapped list; an underscore stands for a blank within a word."""
    return [word.replace("_", " ") for word in text.split()]


def _short() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in SHORT.split():
        name, forms = entry.split(":")
        found.setdefault(name, []).extend(forms.split(","))
    return found


def _spelt() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in SPELT.split():
        group = entry.split(",")
        for name in group:
            found.setdefault(name, []).extend(other for other in group if other != name)
    return found


SHORT_FORMS: dict[str, list[str]] = _short()
SPELLINGS: dict[str, list[str]] = _spelt()
