"""Given names by origin, the most frequent first (order from memory of national registers, adults of working age)."""

MEN: dict[str, str] = {
    "british": """
David John Michael Paul Andrew James Mark Peter Richard Stephen Robert Christopher Ian Matthew Daniel Simon
Thomas William Anthony Jonathan Kevin Gary Philip Stuart Steven Martin Nicholas Neil Adam Alan Benjamin Graham
Timothy Alexander Lee Jason Joseph Craig Colin Keith Edward Nigel Darren Samuel Luke Ryan Jack Scott Barry Brian
Charles Jamie George Oliver Sean Gareth Dean Harry Wayne Carl Kenneth Geoffrey Joshua Patrick Adrian Aaron
Dominic Russell Julian Roger Raymond Trevor Nathan Duncan Henry Derek Callum Liam Karl Shaun Marcus Edmund
Jeremy Justin Rory Toby Kieran Connor Kyle Ross Douglas Frank Roy Terence Dennis Malcolm Clive Howard Lewis
Glenn Leon Max Ashley Jordan Rhys Fraser Euan Gordon Gavin Hugh Giles Rupert Damian Leslie Bruce Norman Ronald
Vincent Stanley Frederick Arthur Alfred Leonard Maurice Laurence Angus Alistair Owen Dylan Elliot Theodore
Gregory Francis Lawrence Miles Piers Barnaby Sebastian Reginald Clifford Desmond Gerald Eric Bernard Tristan
Zachary Reece Louis Jake Cameron Bradley Declan Curtis Joel""",
    "irish": """
Patrick John Michael James Sean David Paul Conor Brian Thomas Daniel Stephen Mark Kevin Declan Eoin Niall Liam
Padraig Ciaran Aidan Barry Ronan Cormac Donal Fergal Brendan Eamon Shane Darragh Cian Oisín Rory Gerard Peter
Diarmuid Colm Cathal Fionn Tadhg Séamus Noel Alan Robert William Martin Joseph Anthony Philip Gavin""",
    "american": """
Michael James John Robert David William Christopher Joseph Matthew Daniel Joshua Andrew Ryan Brian Jason Justin
Kevin Eric Thomas Anthony Steven Brandon Jonathan Nicholas Timothy Jeffrey Tyler Benjamin Scott Gregory Samuel
Patrick Zachary Kyle Nathan Jacob Alexander Edward Richard Charles Mark Adam Travis Dustin Derek Carlos Juan
Luis José Bradley Chad Todd Marcus Keith Ronald Gary Kenneth Raymond Douglas Peter Ethan Logan Austin Cody Ian
Evan Sean Trevor""",
    "german": """
Thomas Michael Andreas Peter Stefan Christian Martin Frank Markus Jürgen Klaus Alexander Matthias Daniel Jan
Sebastian Florian Tobias Jens Jörg Uwe Ralf Bernd Wolfgang Oliver Sven Dirk Torsten Philipp Maximilian Lukas
Felix Benjamin Simon Jonas Tim Fabian Dominik Marcel Patrick Rainer Holger Björn Günter Karl Hans-Peter
Karl-Heinz Christoph Johannes Robert Moritz Julian David Paul Niklas Kai Timo Lars Marco Mehmet""",
    "dutch": """
Jan Johannes Peter Erik Mark Martijn Jeroen Dennis Marco Bas Rob Thomas Tim Daan Pieter Hendrik Willem Marcel
Michel Robert Frank Wouter Maarten Sander Ruben Bart Joost Rick Stefan Kees Gerard Jasper Niels Koen Tom Lars
Sem Paul Hans Richard Arjan Edwin Ronald Bram Floris Thijs""",
    "french": """
Jean Philippe Nicolas Pierre Christophe Laurent Julien Thomas Stéphane Frédéric Sébastien David Éric Olivier
Michel Patrick Alexandre Guillaume Pascal Vincent Antoine Maxime François Thierry Mathieu Bruno Benoît Jérôme
Romain Didier Jean-Pierre Jean-Luc Jean-Marc Jean-François Marc Arnaud Fabrice Hervé Cédric Grégory Anthony
Kévin Florian Clément Hugo Lucas Rémi Adrien Benjamin Gilles Franck Étienne Yannick Loïc Matthieu Karim Mehdi""",
    "spanish": """
Antonio José Manuel Francisco David Juan Javier Daniel Carlos José_Luis Jesús Alejandro Miguel José_Antonio
Rafael Pedro Pablo Ángel Sergio Fernando Jorge Luis Alberto Álvaro Juan_Carlos Diego Adrián Raúl Iván Rubén
Enrique Óscar Ramón Andrés Vicente Juan_José Santiago Joaquín Víctor Eduardo Mario Roberto Jaime Ignacio Marcos
Hugo Gonzalo Jordi Iker Xavier""",
    "polish": """
Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Jakub Adam Marek Łukasz Grzegorz Mateusz Wojciech Mariusz
Dariusz Zbigniew Maciej Rafał Robert Kamil Jacek Szymon Dawid Kacper Bartosz Artur Jarosław Sebastian Sławomir
Damian Karol Przemysław Daniel Patryk Filip Konrad Radosław Adrian Mirosław Leszek""",
    "asian": """
Mohammed Muhammad Ali Imran Amit Sanjay Rajesh Rahul Vikram Anil Sunil Ravi Ahmed Asif Arjun Nikhil Usman Bilal
Hassan Tariq Faisal Zahid Kamran Naveed Deepak Manish Vijay Suresh Ramesh Ashok Harpreet Gurpreet Manjit Jaspal
Sandeep Rohan Kiran Dinesh Nilesh Hitesh Jignesh Karthik Srinivas Prakash Abdul Shahid Irfan Waqas Omar Adeel
Hamza Ibrahim Yusuf Shafiq Anand Pradeep Ajay Neeraj Rohit Varun Siddharth Aditya Jayesh Bhavesh""",
    "arabic": """
Mohamed Ahmed Ali Omar Hassan Hussein Khaled Mahmoud Youssef Ibrahim Mustafa Abdullah Karim Tarek Samir Nabil
Walid Faisal Rami Bilal Hamza Amir Zaid Bassam Ziad Fadi Hani Majid Sami Adel Nasser Sultan Saad Yasin
Abdulrahman Marwan""",
    "nigerian": """
Oluwaseun Emeka Chukwuemeka Oluwafemi Ibrahim Musa Tunde Babatunde Chinedu Ifeanyi Olumide Ayodeji Adebayo
Kelechi Obinna Uche Segun Kayode Yusuf Samuel Emmanuel Daniel David Michael Victor Kingsley Godwin Olamide
Temitope Damilola Oluwatobi Ikenna Nnamdi Chidi Folarin Abiodun Sunday Gbenga Kunle""",
    "chinese": """
Wei Jun Ming Hao Jian Lei Tao Bin Chao Peng Xin Yang Feng Kai Zhiwei Jiahao Haoran Yifan Ka_Ming Chi_Wai Wai_Kit
Ho_Yin Kwok_Wai Wing_Hong Zihao Yuchen Junjie Bo Qiang Gang Dong Yong Xiaoming Zhen Siu_Ming Tsz_Ho""",
}

WOMEN: dict[str, str] = {
    "british": """
Sarah Susan Emma Claire Julie Karen Nicola Jane Joanne Helen Rachel Lisa Laura Rebecca Louise Jennifer Elizabeth
Margaret Victoria Michelle Samantha Amanda Catherine Alison Deborah Charlotte Hannah Jacqueline Tracey Caroline
Katherine Gemma Amy Sharon Lucy Katie Anna Emily Jessica Kelly Christine Fiona Linda Patricia Natalie Lauren
Sophie Anne Stephanie Angela Alexandra Donna Danielle Natasha Kerry Hayley Zoe Leanne Abigail Melanie Dawn
Kathryn Wendy Chloe Olivia Eleanor Mary Andrea Alice Philippa Naomi Heather Maria Vanessa Georgina Jill Sally
Lesley Rosemary Lorraine Gillian Judith Holly Ruth Carol Ann Kate Beverley Paula Suzanne Frances Marie Diane
Tina Kirsty Sara Melissa Rosie Jodie Stacey Lindsay Harriet Megan Bethany Georgia Francesca Grace Imogen Isabel
Jemma Cheryl Debra Maureen Sandra Pamela Jean Barbara Janet Teresa Hilary Penelope Annabel Clare Joanna Antonia
Miranda Felicity Tamsin Bridget Rhiannon Carys Sian Cerys Mhairi Eilidh Catriona Morag Isla Freya Phoebe Ellie
Molly Amelia Jade Gabrielle Constance Josephine Beatrice Martha Dorothy""",
    "irish": """
Mary Aoife Sarah Emma Niamh Ciara Sinéad Siobhán Orla Gráinne Fiona Michelle Deirdre Karen Catherine Anne Róisín
Áine Caoimhe Aisling Laura Rachel Louise Claire Maeve Bríd Nuala Eimear Sorcha Clodagh Muireann Helen Patricia
Margaret Elaine Lisa Nicola Emer Gemma Rebecca Kate Sharon Saoirse Bronagh Una""",
    "american": """
Jennifer Jessica Ashley Sarah Amanda Elizabeth Stephanie Melissa Nicole Emily Michelle Kimberly Amy Lisa Rachel
Lauren Megan Heather Samantha Rebecca Angela Katherine Christina Laura Danielle Mary Patricia Linda Susan Karen
Julie Andrea Erin Kelly Allison Brittany Hannah Courtney Victoria Maria Crystal Kathryn Anna Alexandra Madison
Olivia Taylor Abigail Vanessa Jamie Tiffany Kristen Natalie Erica Alyssa Kayla Tara Shannon Deborah Barbara
Cynthia Sandra Nancy Margaret""",
    "german": """
Sabine Susanne Petra Claudia Andrea Nicole Stefanie Katrin Julia Anja Martina Birgit Monika Kerstin Heike
Katharina Sandra Christina Anna Melanie Silke Ute Tanja Ulrike Gabriele Karin Barbara Nina Laura Lisa Lena Sarah
Jana Franziska Vanessa Jessica Sonja Simone Bettina Jutta Angelika Renate Ingrid Carolin Maria Eva Kathrin
Anne-Marie Miriam Theresa Johanna""",
    "dutch": """
Maria Anna Johanna Linda Esther Sandra Monique Ingrid Marieke Saskia Anouk Lisa Sanne Iris Femke Eva Lotte Fleur
Laura Kim Wendy Ellen Marjolein Annemarie Petra Willemijn Judith Mirjam Karin Nienke Roos Emma Sophie Julia
Manon Hanneke Jolanda Daphne Maaike Marloes Inge""",
    "french": """
Marie Nathalie Isabelle Sylvie Catherine Sandrine Céline Stéphanie Valérie Véronique Christine Sophie Aurélie
Julie Émilie Camille Laura Anne Florence Virginie Delphine Caroline Élodie Pauline Laure Audrey Sarah Claire
Mathilde Marion Hélène Cécile Agnès Brigitte Corinne Laetitia Karine Charlotte Manon Léa Chloé Inès Marie-Claire
Anne-Sophie Anaïs Marine Amandine Béatrice Élise Françoise Nadia""",
    "spanish": """
María_Carmen María Carmen Ana Laura Isabel Cristina Marta Josefa Lucía Ana_María María_José Sara Paula Elena
Raquel Pilar Concepción Beatriz Nuria Silvia Rosa Patricia Irene Andrea Mercedes Rocío Mónica Alba Julia Teresa
Inés Sonia Sandra Susana Marina Yolanda Natalia Eva Ángela Alicia Montserrat Claudia Verónica Noelia Carolina
Begoña Ainhoa""",
    "polish": """
Anna Katarzyna Maria Małgorzata Agnieszka Barbara Ewa Magdalena Joanna Krystyna Aleksandra Monika Elżbieta Zofia
Natalia Teresa Julia Beata Karolina Dorota Paulina Marta Justyna Renata Iwona Wiktoria Sylwia Aneta Izabela
Emilia Weronika Edyta Patrycja Kinga Dominika Klaudia Martyna Oliwia Danuta Kamila""",
    "asian": """
Fatima Priya Aisha Nadia Anjali Sunita Ayesha Shabana Neha Pooja Saima Rukhsana Samina Kavita Meena Rekha Nisha
Deepa Sana Zara Maryam Zainab Harpreet Manpreet Jaspreet Rajinder Gurpreet Simran Lakshmi Divya Anita Rina Hina
Farah Uzma Shazia Bushra Nazia Amina Khadija Sonal Bhavna Hetal Nikita Shreya Ananya Riya Swati Shilpa Geeta
Parveen Nasreen""",
    "arabic": """
Fatima Mariam Aisha Layla Noor Sara Rania Hala Dina Yasmin Amira Huda Salma Nadia Zeinab Lina Mona Rasha Reem
Hanan Samar Nour Dalia Farah Jana Maha Ghada Khadija Sahar Randa""",
    "nigerian": """
Chioma Ngozi Funmilayo Oluwakemi Aisha Blessing Grace Adaeze Ifeoma Temitope Folake Yetunde Bukola Amaka Nkechi
Titilayo Ebele Chinyere Mercy Esther Joy Patience Damilola Tolulope Omolara Adunni Zainab Fatima Halima Precious
Simisola Uju""",
    "chinese": """
Li Fang Yan Jing Min Na Xiaoyan Ying Mei Hui Xue Yuting Jiayi Xinyi Siyu Wing_Yan Ka_Yan Mei_Ling Yuk_Ling
Hoi_Yan Lan Qian Ting Dan Yue Wenjing Yaxin Zihan Ruoxi Suk_Yee Tsz_Ching Ling""",
}
