"""Surnames by origin, the most frequent first, and the parts of which rarer English surnames are put together."""

FAMILY: dict[str, str] = {
    "british": """
Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Johnson Roberts Robinson Thompson Wright Walker
White Edwards Hughes Green Hall Lewis Harris Clarke Jackson Wood Turner Martin Cooper Hill Ward Morris Moore
Clark Lee King Baker Harrison Morgan Allen James Scott Phillips Watson Davis Parker Price Bennett Young
Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller Cox Richards Marshall
Anderson Simpson Ellis Adams Wilkinson Webb Foster Chapman Powell Stevens Rogers Gray Mason Hunt Mills Holmes
Palmer Matthews Gibson Fisher Barnes Knight Lloyd Butler Russell Barker Stevenson Reynolds Jenkins Fletcher
Campbell Murray Dixon Graham Reid Stewart Pearson Howard Andrews Walsh Lawrence Payne Cole Owen Harvey Elliott
Burton Hudson Hart Fox Saunders Day West Grant Hamilton Spencer Ford Kennedy Ross Robertson Dunn Henderson
Lawson Burns Atkinson Wells Chambers Armstrong Cunningham Gordon Crawford Perry Rose Carr Hunter Wallace Francis
Stone Black Bradley Harding Brooks Gardner Parsons Dawson Nicholson Bishop Woods Porter Newman Arnold Barrett
Ryan Bird Marsh Lane Hayes Watts Jordan Coleman Berry Rees Booth Byrne Page Douglas Ferguson MacDonald McDonald
Fraser Paterson Duncan Macleod Sutherland Sinclair Cameron Kerr Hawkins Warren Osborne Nash Lynch Doyle Bates
Goodwin Freeman Slater Wheeler Whitehead Kaur Hopkins Sharp Hewitt Hutchinson Swift Poole Potter Wade Winter
Yates Sykes Sutton Stephenson Steele Sanders Rowe Robson Riley Read Pritchard Preston Pearce Oliver Nelson
Newton Norris North Nicholls Naylor Myers Morton Miles May Lowe Long Little Lambert Knowles Kirk Kent Johnston
Jennings Jarvis Ingram Humphreys Hughes-Jones Houghton Horton Hope Hooper Holt Holland Hodgson Hobbs Higgins
Heath Hicks Harper Hardy Hancock Hammond Gregory Greenwood Godfrey Glover Gilbert Gill George Garner Fuller
Frost French Franklin Fowler Flynn Finch Fleming Field Farmer Ellison Dyer Dodd Dean Davey Davidson Curtis Cross
Craig Cooke Connor Chandler Carpenter Burgess Burke Buckley Bryant Browne Boyle Bowen Bond Blake Bird Benson
Begum Barton Barlow Ball Baldwin Austin Ashton Archer Allan Akhtar Abbott Wyatt Woodward Willis Whittaker Weston
Weaver Waters Walton Vincent Vaughan Tyler Tucker Townsend Todd Thornton Tate Summers Stokes Stephens Skinner
Short Sheppard Shepherd Schofield Rowley Rhodes Reed Randall Quinn Pugh Pollard Pickering Perkins Peters Parry
Parkinson Norton Nolan Mullins Moss Moran Metcalfe Meredith McCarthy McKenzie McLean McIntyre McKay McGregor
McMillan Maxwell Manning Lord Leonard Leach Lamb Kaye Joyce Iqbal Hyde Hurst Hull Howe Howell Howarth Holloway
Herbert Haynes Hartley Harrington Haines Griffin Goddard Gould Goodman Gallagher Gardiner Forster Faulkner Duffy
Donnelly Dickinson Dale Daly Crossley Coates Clayton Charlton Carroll Cartwright Bull Brennan Bray Bolton
Blackburn Bevan Bentley Beaumont Bartlett Banks Atkins Appleby Alexander Wall Nixon Noble Buchanan Muir Mackay
Mackenzie Bruce Boyd Baxter Christie Cowan Drummond Dunlop Forbes Guthrie Innes Irvine Jamieson Kidd Laing
Lindsay Logan Mair Menzies Munro Ogilvie Rennie Ritchie Shand Tait Urquhart Weir Llewellyn Prosser Probert
Gwynne Beynon Tudor Maddox""",
    "irish": """
Murphy Kelly O'Sullivan Walsh Smith O'Brien Byrne Ryan O'Connor O'Neill O'Reilly Doyle McCarthy Gallagher
Doherty Kennedy Lynch Murray Quinn Moore McLoughlin O'Carroll Connolly Daly O'Connell Wilson Dunne Brennan Burke
Collins Campbell Clarke Johnston Hughes O'Farrell Fitzgerald Brown Martin Maguire Nolan Flynn Thompson
O'Callaghan O'Donnell Duffy O'Mahony Boyle Healy O'Shea White Sweeney Hayes Kavanagh Power McGrath Moran Brady
Stewart Casey Foley Fitzpatrick O'Leary McDonnell MacMahon Donnelly Regan Donovan Burns Flanagan Mullan Barry
Kane Robinson Cunningham Griffin Kenny Sheehan Ward Whelan Lyons Reid Graham Higgins Cullen Keane King Maher
McKenna Bell Scott Hogan O'Keeffe Magee MacNamara Egan Ó_Murchú Mac_Giolla Ní_Bhriain""",
    "american": """
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson
Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson
Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell
Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris
Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward
Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel
Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman Butler Henderson Barnes Fisher
Vasquez Simmons Jordan Patterson Alexander Hamilton Graham Reynolds Schmidt Weber Schultz Schneider Hoffman
Kowalski Novak Larson Olson Hansen Carlson Swanson O'Brien McCoy Goldberg Cohen Levine Friedman""",
    "german": """
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier
Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller
Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke
Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß
Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann
Thomas Voigt Sauer Arnold Wolff Pfeiffer von_Berg von_der_Heide Yılmaz Kaya Demir Nowak""",
    "dutch": """
de_Jong Jansen de_Vries van_den_Berg van_Dijk Bakker Janssen Visser Smit Meijer de_Boer Mulder de_Groot Bos Vos
Peters Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits de_Graaf van_der_Meer van_der_Linden Kok Jacobs
de_Haan Vermeulen van_den_Heuvel van_der_Veen van_den_Broek de_Bruijn van_der_Heijden Schouten van_Beek Willems
van_Vliet van_de_Ven Hoekstra Maas Verhoeven Koster van_Dam van_der_Wal Prins Blom Huisman Peeters de_Jonge
Kuipers van_Veen Post Kuiper Veenstra Kramer van_den_Brink Scholten van_Wijk Postma Martens Bosman van_'t_Hof
Timmermans""",
    "french": """
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David
Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefèvre Faure André
Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas
Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun
Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martínez Gérard Renard Roche Lacroix Benali
Haddad de_La_Tour Le_Gall Le_Goff""",
    "spanish": """
García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández Ruiz Díaz Moreno
Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres Domínguez Ramos Vázquez Ramírez Gil Serrano Morales Molina
Blanco Suárez Castro Ortega Delgado Ortiz Marín Rubio Núñez Medina Sanz Castillo Iglesias Cortés Garrido Santos
Guerrero Lozano Cano Cruz Méndez Flores Prieto Herrera Peña León Márquez Cabrera Gallego Calvo Vidal Campos
Reyes Vega Fuentes Carrasco Aguilar Ferrer Puig Etxeberria de_la_Cruz de_la_Fuente""",
    "polish": """
Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Woźniak Szymański Dąbrowski Kozłowski
Mazur Jankowski Kwiatkowski Wojciechowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Król Michalski
Wróbel Wieczorek Jabłoński Nowakowski Majewski Stępień Olszewski Jaworski Malinowski Dudek Adamczyk Pawlak
Górski Nowicki Sikora Walczak Witkowski Rutkowski Michalak Baran Szewczyk Ostrowski Tomaszewski Pietrzak
Zalewski Wróblewski Marciniak Jasiński Sadowski Bąk Duda Chmielewski Włodarczyk Borkowski Sokołowski Czarnecki
Sawicki Kucharski Maciejewski Kubiak Kalinowski Wilk""",
    "asian": """
Khan Patel Singh Ahmed Hussain Ali Shah Begum Kaur Mohammed Akhtar Iqbal Malik Mahmood Mistry Sharma Miah
Chowdhury Rahman Hussein Islam Rashid Aslam Ashraf Hassan Mirza Sheikh Qureshi Butt Raja Chaudhry Bibi Gill
Sandhu Dhillon Sidhu Grewal Bains Sahota Mann Dhaliwal Desai Mehta Joshi Gupta Kumar Rao Reddy Nair Menon Iyer
Pillai Krishnan Das Banerjee Mukherjee Chatterjee Ghosh Roy Sen Bose Uddin Choudhury Haque Alam Siddiqui Ansari
Abbasi Bhatti Javed Saleem Anwar Latif Parmar Solanki Chauhan Rathod Shukla Verma Mishra Pandey Agarwal Kapoor
Khanna Malhotra Chopra Bhatt Trivedi Lad Gandhi Fernandes D'Souza Perera Silva Jayawardena Rajan Subramaniam""",
    "arabic": """
Ali Ahmed Hassan Mohamed Ibrahim Hussein Mahmoud Al-Sayed Khalil Al-Masri Haddad Khoury Al-Hashimi Nasser Saleh
Mansour Hamdan Al-Rashid Saad El-Sayed Abdullah Osman Youssef Al-Khatib Darwish Najjar El-Amin Al-Jaber Salem
Aziz Qasim Bakr Al-Zahrani Al-Ghamdi Shehata Farouk Sabbagh El-Din Awad Hamad Rahal Al-Najafi Jaber Tahir
Barakat Zidan Fawzi Abbas""",
    "nigerian": """
Adeyemi Okafor Ibrahim Okonkwo Adebayo Musa Eze Balogun Abubakar Ojo Okoro Bello Adeleke Nwosu Ogunleye Obi
Mohammed Afolabi Adewale Chukwu Olawale Yusuf Nwachukwu Akinola Ogbonna Williams Johnson Adekunle Onyekachi
Oladipo Uzoma Lawal Okeke Ezekiel Olatunji Sanni Ogunbanjo Odunayo Anyanwu Igwe Fashola Oyelaran Adesina Akande
Nnadi Umeh""",
    "chinese": """
Wang Li Zhang Chen Liu Wong Chan Lee Yang Huang Zhao Wu Zhou Lam Cheung Xu Sun Ma Zhu Hu Lin Guo He Gao Leung Ng
Ho Tang Yeung Lau Liang Zheng Luo Song Xie Tsang Chow Han Feng Yu Dong Xiao Cheng Cao Yuan Deng Fu Shen Zeng
Peng Lu Su Jiang Cai Jia Ding Wei Xue Ye Yan Pan Kwok Tse Fung Mak""",
}

FRONT = """
Ash Black Brad Brom Cald Car Clay Cran Crow Dal Den Earn Ed Fair Farn Forth Green Hal Ham Har Hasel Hather Haw
Hazel Hep Hey High Hol Horn Hors Hutch Kel Ken Kirk Lang Led Ling Long Mar Mel Mid Nor Oak Old Pem Pick Pres Rad
Raven Red Rad Rush Sal Sand Shep Shut Staf Stan Star Stock Strat Thorn Til Tun Wade Wal Ware Wat Wes Whit Wid
Wil Win Wood Wool Wy"""

BACK = """
ley ton worth well field wood ford combe hurst ham bury don den stone man more ridge croft by brook house
thwaite bridge land wick shaw ing er ell gate"""

CLOSE_GIVEN = {
    "asian": "Amit,Ajit Hassan,Hussain Rahul,Rohan Rina,Nina Sana,Hana Ravi,Rabi Nisha,Disha",
    "arabic": "Hassan,Hussein Rania,Dania Noor,Nora Sami,Samir Lina,Dina Karim,Rahim",
    "nigerian": "Taiwo,Kehinde Daniel,David Joy,Joyce Grace,Gracie",
    "chinese": "Jing,Qing Min,Ming Yan,Yang Xinyi,Xinyu Li,Lin",
    "german": "Jan,Jana Stefan,Stefanie Anna,Anne Tim,Tom Lena,Lina Christian,Christina Nina,Tina",
    "polish": "Marta,Maria Jan,Jana Daniel,Daniela Kamil,Kamila Marcin,Martin",
    "spanish": "Mario,Maria Marta,María Juan,Juana Carmen,Carmela",
    "": """
Daniel,Danielle Karen,Karin Christine,Christina Anna,Anne Jane,Janet Tim,Tom Ella,Elsa Dean,Sean Maria,Marie
Emma,Gemma Jack,Jake Harry,Larry Erica,Erika Joan,Joanna Mark,Marc Carl,Karl Ann,Anna Martin,Martina Paul,Paula
Ron,Rob Lucy,Luke Oliver,Olivia Kerry,Kelly Francis,Frances Nicola,Nicole Jon,Ron""",
}
"""Names of twins and siblings that differ in a letter or two; the last list serves all other origins."""
