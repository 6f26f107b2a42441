"""Short and familiar forms of given names, and spellings of one name. Data, and one look-up.

Between two strokes stands one name: its forms may stand for each other. A short form of several names (Chris, Alex,
Sam) stands in several places, so "alike" is no equivalence: Alexandra and Alexander are two people. Imports nothing.
"""

_LINES = """
abigail abby abbie gail / adelaide adele addie heidi / agnes aggie nessie / albert al bert bertie
alexander alex alec sandy lex xander sasha alejandro alessandro aleksander aleksandr
alexandra alex lexi sandra sasha alexa aleksandra alessandra / alfred al alf alfie fred / alice allie ali
alison ali allie alyson allison / alan allan allen al / amanda mandy / amelia millie amy mia
andrew andy drew andreas andre andrea andrei andrzej anders / andrea andy andie / angela angie
ann anne anna annie nancy ana / anthony tony antony anton antonio antoine ant / antonia toni / arthur art artie
augustus gus august / barbara barb babs barbie / bartholomew bart / beatrice bea trixie beatrix
benjamin ben benny benji / bernard bernie bernd bernardo bernhard / bridget biddy bridie brigid brigitte
caroline carol carrie lina caro carolina karoline carolyn / cassandra cass cassie
catherine katherine kathryn kathrine katharine catharine cathryn kate katie kathy cathy cath kath kat kitty kay
    katarzyna katarina caterina catarina kasia / cecilia celia cissy
charles charlie chas chuck carl karl carlos charley / charlotte charlie lottie char / christian chris kristian
christine christina chris chrissie tina christie kristin kristina kirsten kristine
christopher chris kit topher kristopher christophe christoph / clifford cliff / concepcion concha conchita
conor connor conner / constance connie / cornelius neil con cees kees / cynthia cindy / daniel dan danny dani daan
danielle dani / david dave davy davey dai / deborah debbie deb debra debora / dennis denny den denis / desmond des
diana di diane dinah / dominic dom nick dominik dominique domenico / donald don donny
dorothy dot dottie dolly dorothea / douglas doug / duncan dunc / edith edie / edmund ed eddie ned
edward ed eddie ted teddy ned eduardo edouard eduard / eleanor ellie nell nora elinor eleonora lenore
elizabeth liz lizzie beth betty eliza elsie libby lisa bess betsy liza elisabeth isabel elisabetta elzbieta
emily em emmy millie emilia / emma em emmy / eric erik erich erick / ernest ernie ernst ernesto
esther essie hester / eugene gene / evelyn evie eve / ferdinand ferdi fernando nando / florence flo florrie
frances fran fanny frankie francesca francisca franziska
francis frank fran frankie francisco francesco francois franz paco pancho / franklin frank
frederick fred freddie rick federico frederic friedrich fritz frederik / gabriel gabe gabby
gabrielle gabby gabi gabriele gabriela / geoffrey geoff jeff jeffrey
george georgie jorge giorgio georg georges jerzy joris / georgina georgie gina
gerald gerry jerry gerard gerhard gerardo / gertrude trudy gert / gillian gill jill / giovanni gianni vanni
giuseppe beppe peppe / grace gracie / graham graeme grahame / gregory greg gregor gregorio / guadalupe lupe lupita
guillermo memo / gwendolyn gwen / harold harry hal / harriet hattie harrie
helen nell nellie lena helene elena ellen helena helga
henry harry hank hal henri heinrich enrique enrico hendrik henk / herbert bert herb / hilary hil / howard howie
hubert bert hugh / humphrey hum / ian iain / ignacio nacho inigo / irene rene / isaac ike
isabella bella izzy isabel isobel isabelle belle issy / jacob jake jakob jacobo / jacqueline jackie jacqui
james jim jimmy jamie jaime jacques giacomo / jane janie jenny jan / janet jan jenny / jasmine jas yasmin yasmine
jean jeanie / jennifer jen jenny jenni jenn / jeremy jerry jez jeremiah jerome / jessica jess jessie
joachim jochen achim joaquin / joan joanie joanna / joanna jo joanne joan johanna
john jack johnny jon johnnie juan jean giovanni johann johannes jan hans ivan ian sean sian
jonathan jon jonny johnathan jonathon / joseph joe joey jo jose giuseppe josef pepe jozef / josephine jo josie fifi
joshua josh / judith judy jude judi / julia julie jules / julian jules julien julio / katherine kate
kenneth ken kenny / kevin kev / kimberly kim kimberley / laurence larry lawrence laurie lars lorenzo lorenz laurent
laura laurie lori / leonard len lenny leo leonardo / leslie les lesley / lewis louis lou lew louie luis luigi ludwig
lillian lil lily lilly / louise lou lulu luisa / lucy lucia lucie luce / luke lucas lukas luc luca lukasz
madeleine maddie madeline maddy madison / magdalena magda lena maddalena / malcolm mal / malgorzata gosia
manuel manny manolo manu / marcus mark marc marco marek
margaret maggie meg peggy marge margie greta rita daisy margot margarita marguerite madge megan malgorzata
maria mary marie mia / marianne mary anne / marjorie marge margie / martha marty patty / martin marty martijn
mary molly polly may mamie maria marie moira maura miriam
matthew matt matty mateo matteo matthias mathieu mathew mateusz matthieu / matilda tilly mattie / maureen mo
maurice morris maury moritz / maximilian max maxi / maxwell max / melanie mel / melissa mel lissa
michael mike mick mickey micky mikey mich michel miguel michele mikhail michal mikael micheal
michelle shelly chelle micky / miguel mike / millicent millie milly / miranda mandy randi
mohammed mohammad muhammad mohamed mo mohd muhammed / natalie nat nattie nathalie natalia / natasha tasha nat
nathan nate nat / nathaniel nat nate nathan
nicholas nick nicky nico nicolas nikolaus klaus niklas nikos nicola nikolai niklaas / nicola nicky nikki nicole nic
oliver ollie olly oli olivier noll / olivia liv livvy / pamela pam / pascal pasquale
patricia pat patty trish tricia paddy / patrick pat paddy patricio padraig rick
paul pablo paolo pauli pavel pawel pau / pauline polly paula / penelope penny / percival percy
peter pete petros pedro pierre pietro pieter piotr / philip phil pip phillip philippe felipe filippo / phyllis phyl
priscilla prissy cilla / rachel rach rachael rae raquel / ralph rafe ralf / randolph randy / raymond ray ramon
rebecca becky becca bex rebekah / reginald reg reggie rex / richard rich rick dick richie ricky ricardo riccardo
robert rob bob bobby robbie bert robin rupert roberto / roberta bobbie robbie / roderick rod rory / rodney rod
roger rog rodger ruediger rudiger / ronald ron ronnie / rosemary rose rosie romy / rose rosie rosa
rudolf rudi rudy rudolph / russell russ rusty / samantha sam sammy / samuel sam sammy / sarah sara sally sadie
sean shaun shawn / sebastian seb bas basti / siobhan shiv / sophia sophie sofia sofie zofia / stanley stan
stephanie steph stevie stefanie stefania
stephen steve steven stevie stefan stephan esteban etienne stefano szczepan / stuart stewart stu
susan sue susie suzy susanna susanne suzanne / sydney sid syd sidney / sylvia sylvie silvia / tamara tammy tam
terence terry terrence / teresa theresa terry terri tess tessa / thaddeus tad / theodore ted theo teddy
thomas tom tommy tomas tommaso tomasz / timothy tim timmy / tobias toby tobi / valerie val / vanessa nessa
veronica ronnie vera veronika / victor vic viktor vittorio / victoria vicky vicki tori viktoria vicks
vincent vince vinny vincenzo vicente / virginia ginny ginger / vivian viv vivienne / walter walt wally wout
wilfred wilf fred / wilhelmina mina willemijn
william bill will billy willy liam willem wilhelm guillaume guillermo wim / winifred winnie / yolanda yoli
zachary zach zac zack zak / zbigniew zbyszek / agnieszka aga / francoise fran / eleni helen elena
giorgos george yiorgos / dimitra dimi mimi / nikos nick nikolaos / aikaterini katerina kate / zoe zoey / aoife eva
niamh neve / sinead jane / rajesh raj / rajendra raj / rajiv raj / sanjay sanj / priyanka priya / arjun arj
vikram vik / krishnan kris / lakshmi laxmi / srinivas srini / venkatesh venkat / abdul abdullah
yusuf yousef youssef / ibrahim ibrahima / hussein hussain husayn / ahmed ahmad / fatima fatimah fatma
aisha ayesha ayse / francesco franco / adriana adri / alejandra ale alex / alessandro ale sandro / annika anni
antonina tosia / beatriz bea / carla carlotta / cornelia conny nele / cristina cris / dariusz darek / dolores lola
domenico mimmo / eduardo edu / elisabeth els elsa lisbeth betje / elzbieta ela / federica fede / fernando fer nando
florian flo / franziska franzi / georgios giorgos / gregor greg / grzegorz grzesiek / guido guy
hans hannes johannes / heinrich heiner heinz / helga helge / hendrik henk rik / ignacio nacho iggy / jakub kuba
javier javi / joachim achim jochen / joanna asia / johannes hans johan jan joop / jozef jos joe jef
katharina kathi kati katja kathrin / klaus claus / konstantin kostas konny / krzysztof krzys / krystyna krysia
lambertus bert / leopold poldi leo / ludmila mila / maciej maciek / magnus mans / margaretha greet gretel margriet
margarethe grete gretchen / maria mitzi ria mia marieke marijke / markus mark max / matthias matze hias
maximilian max maxi / michael micha michi / michail misha / monika moni / monique mo / nathalie nath / nicola nico
nikolaos nikos / pascale pascal / patricia patri patty / philipp phil lipp / philippa pippa pip / pieter piet
rafael rafa raphael / raphael rafael rafa / roberto berto / rocio chio / roger ruggero / sandrine sandy
santiago santi iago tiago / sebastien seb bastien / simon si / stanislaw staszek stas / stefanie steffi steph
susanne susi sanne / theodor theo / thomas tomas tom tommy / tomasz tomek / ulrich uli / ulrike uli rike
valentina vale / valerie val / vanessa nessa / veronique vero / vincenzo enzo / vincent vin / vittoria vicky
wilhelm willi wim / wojciech wojtek / wolfgang wolf / xavier javier xavi / yvonne yvi / zofia zosia
aleksandra ola alex / barbara basia / anna ania anka anusia / agata aga / magdalena magda madzia / maria marysia
jan janek jas / andrzej jedrek / jose pepe chema / concepcion concha / francisco paco kiko fran curro / jesus chus
manuel manolo manu lolo / mercedes merche / pilar pili / rosario charo / antonio toni tono tonio / carmen menchu
giuseppe pino peppino / salvatore toto / luigi gigi / giovanna gianna vanna / francesca franca / cornelis kees cor
adrianus ad arie adriaan / gerardus gerard ger / wilhelmus wim willem / petrus piet peter / jacobus jaap koos
antonius ton toon / franciscus frans
annabel annabelle bel / barnaby barney / barry baz / caroline caz / darren daz / derek del / eamon eamonn ned / gary gaz
hussein husain hussain / jeremy jez / karen kaz / karim kareem / leila layla laila / michelle shell / sarah saz / sharon shaz
terence tel tez / trevor trev / warren waz
"""


def _groups() -> list[tuple[str, ...]]:
    return [tuple(names.split()) for names in _LINES.replace("\n", " / ").split("/") if names.strip()]


def _alike() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _groups():
        for name in group:
            found.setdefault(name, set()).update(group)
    return {name: frozenset(names - {name}) for name, names in found.items()}


def _roots() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in _groups():
        for name in group:
            found[name] = min(group[0], found.get(name, group[0]))
    return found


_LAST_VOWELS = ("a", "e", "o")
"""A last letter by which the names of men and women differ."""
_ALIKE = _alike()
_ROOTS = _roots()


def stands_for(one: str, other: str) -> bool:
    """Whether two different given names may be one person's."""
    return other in _ALIKE.get(one, ())


def are_two(one: str, other: str) -> bool:
    """Whether two given names are two: Alexander is no slip of Alexandra, nor Jan of Jana, nor Mario of Maria."""
    if one == other:
        return False
    stems = {name[:-1] if name[-1:] in _LAST_VOWELS else name for name in (one, other)}
    return len(stems) == 1 or (one in _ALIKE and other in _ALIKE and other not in _ALIKE[one])


def root(name: str) -> str:
    """One name for most of its forms, to look it up under: "bob", "rob" and "robert" share theirs."""
    return _ROOTS.get(name, name)
