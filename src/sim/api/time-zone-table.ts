/**
 * The names of time zones and their present rules: offset from UTC as POSIX writes it (positive is west), `D` where there
 * is summer time, its offset where it is not an hour more, and from when to when it lasts.
 *
 * Several names after a slash share what is before it: `Asia/Seoul,Pyongyang`.
 *
 * Upstream: Go time/tzdata; facts of the IANA time zone database (public domain)
 * Simplified: the rules of today hold at all times; Morocco's pauses during Ramadan are left out.
 */

/** One rule and some of its names a line. */
export const timeZoneTable = `
-14 Etc/GMT-14 Pacific/Kiritimati
-13 Etc/GMT-13 Pacific/Apia,Enderbury,Fakaofo,Kanton,Tongatapu
-12 Asia/Anadyr,Kamchatka Etc/GMT-12 Kwajalein Pacific/Fiji,Funafuti,Kwajalein,Majuro,Nauru,Tarawa,Wake,Wallis
-12D,M9.5.0,M4.1.0/3 Antarctica/McMurdo,South_Pole NZ Pacific/Auckland
-12:45D,M9.5.0/2:45,M4.1.0/3:45 NZ-CHAT Pacific/Chatham
-11 Asia/Magadan,Sakhalin,Srednekolymsk Etc/GMT-11
-11 Pacific/Bougainville,Efate,Guadalcanal,Kosrae,Noumea,Pohnpei,Ponape
-11D,M10.1.0,M4.1.0/3 Pacific/Norfolk
-10 Antarctica/DumontDUrville Asia/Ust-Nera,Vladivostok Australia/Brisbane,Lindeman,Queensland Etc/GMT-10
-10 Pacific/Chuuk,Guam,Port_Moresby,Saipan,Truk,Yap
-10D,M10.1.0,M4.1.0/3 Antarctica/Macquarie
-10D,M10.1.0,M4.1.0/3 Australia/ACT,Canberra,Currie,Hobart,Melbourne,NSW,Sydney,Tasmania,Victoria
-10:30D-11,M10.1.0,M4.1.0 Australia/LHI,Lord_Howe
-9 Asia/Chita,Dili,Jayapura,Khandyga,Pyongyang,Seoul,Tokyo,Yakutsk Etc/GMT-9 Japan,ROK Pacific/Palau
-9:30 Australia/Darwin,North
-9:30D,M10.1.0,M4.1.0/3 Australia/Adelaide,Broken_Hill,South,Yancowinna
-8 Antarctica/Casey
-8 Asia/Brunei,Choibalsan,Chongqing,Chungking,Harbin,Hong_Kong,Irkutsk,Kuala_Lumpur,Kuching,Macao,Macau
-8 Asia/Makassar,Manila,Shanghai,Singapore,Taipei,Ujung_Pandang,Ulaanbaatar,Ulan_Bator Australia/Perth,West
-8 Etc/GMT-8 Hongkong,PRC,ROC,Singapore
-8:45 Australia/Eucla
-7 Antarctica/Davis Asia/Bangkok,Barnaul,Ho_Chi_Minh,Hovd,Jakarta,Krasnoyarsk,Novokuznetsk,Novosibirsk,Phnom_Penh
-7 Asia/Pontianak,Saigon,Tomsk,Vientiane Etc/GMT-7 Indian/Christmas
-6 Asia/Bishkek,Dacca,Dhaka,Kashgar,Omsk,Thimbu,Thimphu,Urumqi Etc/GMT-6 Indian/Chagos
-6:30 Asia/Rangoon,Yangon Indian/Cocos
-5 Antarctica/Mawson,Vostok
-5 Asia/Almaty,Aqtau,Aqtobe,Ashgabat,Ashkhabad,Atyrau,Dushanbe,Karachi,Oral,Qostanay,Qyzylorda
-5 Asia/Samarkand,Tashkent,Yekaterinburg Etc/GMT-5 Indian/Kerguelen,Maldives
-5:30 Asia/Calcutta,Colombo,Kolkata
-5:45 Asia/Kathmandu,Katmandu
-4 Asia/Baku,Dubai,Muscat,Tbilisi,Yerevan Etc/GMT-4 Europe/Astrakhan,Samara,Saratov,Ulyanovsk
-4 Indian/Mahe,Mauritius,Reunion
-4:30 Asia/Kabul
-3 Africa/Addis_Ababa,Asmara,Asmera,Dar_es_Salaam,Djibouti,Kampala,Mogadishu,Nairobi Antarctica/Syowa
-3 Asia/Aden,Amman,Baghdad,Bahrain,Damascus,Istanbul,Kuwait,Qatar,Riyadh Etc/GMT-3
-3 Europe/Istanbul,Kirov,Minsk,Moscow,Simferopol,Volgograd Indian/Antananarivo,Comoro,Mayotte Turkey,W-SU
-3:30 Asia/Tehran Iran
-2 Africa/Blantyre,Bujumbura,Gaborone,Harare,Johannesburg,Juba,Khartoum,Kigali,Lubumbashi,Lusaka,Maputo
-2 Africa/Maseru,Mbabane,Tripoli,Windhoek Etc/GMT-2 Europe/Kaliningrad Libya
-2D,M3.4.4/26,M10.5.0 Asia/Jerusalem,Tel_Aviv Israel
-2D,M3.4.4/50,M10.4.4/50 Asia/Gaza,Hebron
-2D,M3.5.0,M10.5.0/3 Europe/Chisinau,Tiraspol
-2D,M3.5.0/0,M10.5.0/0 Asia/Beirut
-2D,M3.5.0/3,M10.5.0/4 Asia/Famagusta,Nicosia EET
-2D,M3.5.0/3,M10.5.0/4 Europe/Athens,Bucharest,Helsinki,Kiev,Kyiv,Mariehamn,Nicosia,Riga,Sofia,Tallinn,Uzhgorod,Vilnius
-2D,M3.5.0/3,M10.5.0/4 Europe/Zaporozhye
-2D,M4.5.5/0,M10.5.4/24 Africa/Cairo Egypt
-1 Africa/Algiers,Bangui,Brazzaville,Casablanca,Douala,El_Aaiun,Kinshasa,Lagos,Libreville,Luanda,Malabo
-1 Africa/Ndjamena,Niamey,Porto-Novo,Tunis Etc/GMT-1
-1D,M3.5.0,M10.5.0/3 Africa/Ceuta Arctic/Longyearbyen Atlantic/Jan_Mayen CET,MET,Poland
-1D,M3.5.0,M10.5.0/3 Europe/Amsterdam,Andorra,Belgrade,Berlin,Bratislava,Brussels,Budapest,Busingen,Copenhagen,Gibraltar
-1D,M3.5.0,M10.5.0/3 Europe/Ljubljana,Luxembourg,Madrid,Malta,Monaco,Oslo,Paris,Podgorica,Prague,Rome,San_Marino,Sarajevo
-1D,M3.5.0,M10.5.0/3 Europe/Skopje,Stockholm,Tirane,Vaduz,Vatican,Vienna,Warsaw,Zagreb,Zurich
-1D0,M10.5.0,M3.5.0/1 Eire Europe/Dublin
0 Africa/Abidjan,Accra,Bamako,Banjul,Bissau,Conakry,Dakar,Freetown,Lome,Monrovia,Nouakchott
0 Africa/Ouagadougou,Sao_Tome,Timbuktu America/Danmarkshavn Atlantic/Reykjavik,St_Helena
0 Etc/GMT,GMT+0,GMT-0,GMT0,Greenwich,UCT,UTC,Universal,Zulu
0 GMT,GMT+0,GMT-0,GMT0,Greenwich,Iceland,UCT,UTC,Universal,Zulu
0D,M3.5.0/1,M10.5.0 Atlantic/Canary,Faeroe,Faroe,Madeira Europe/Belfast,Guernsey,Isle_of_Man,Jersey,Lisbon,London
0D,M3.5.0/1,M10.5.0 GB,GB-Eire,Portugal,WET
0D-2,M3.5.0/1,M10.5.0/3 Antarctica/Troll
1 Atlantic/Cape_Verde Etc/GMT+1
1D,M3.5.0/0,M10.5.0/1 Atlantic/Azores
2 America/Noronha Atlantic/South_Georgia Brazil/DeNoronha Etc/GMT+2
2D,M3.5.0/-1,M10.5.0/0 America/Godthab,Nuuk,Scoresbysund
3 America/Araguaina,Asuncion,Bahia,Belem,Buenos_Aires,Catamarca,Cayenne,Cordoba,Coyhaique,Fortaleza
3 America/Jujuy,Maceio,Mendoza,Montevideo,Paramaribo,Punta_Arenas,Recife,Rosario,Santarem,Sao_Paulo
3 America/Argentina/Buenos_Aires,Catamarca,ComodRivadavia,Cordoba,Jujuy,La_Rioja,Mendoza,Rio_Gallegos
3 America/Argentina/Salta,San_Juan,San_Luis,Tucuman,Ushuaia Antarctica/Palmer,Rothera Atlantic/Stanley Brazil/East
3 Etc/GMT+3
3D,M3.2.0,M11.1.0 America/Miquelon
3:30D,M3.2.0,M11.1.0 America/St_Johns Canada/Newfoundland
4 America/Anguilla,Antigua,Aruba,Barbados,Blanc-Sablon,Boa_Vista,Campo_Grande,Caracas,Cuiaba,Curacao
4 America/Dominica,Grenada,Guadeloupe,Guyana,Kralendijk,La_Paz,Lower_Princes,Manaus,Marigot,Martinique
4 America/Montserrat,Port_of_Spain,Porto_Velho,Puerto_Rico,Santo_Domingo,St_Barthelemy,St_Kitts
4 America/St_Lucia,St_Thomas,St_Vincent,Tortola,Virgin Brazil/West Etc/GMT+4
4D,M3.2.0,M11.1.0 America/Glace_Bay,Goose_Bay,Halifax,Moncton,Thule Atlantic/Bermuda Canada/Atlantic
4D,M9.1.6/24,M4.1.6/24 America/Santiago Chile/Continental
5 America/Atikokan,Bogota,Cancun,Cayman,Coral_Harbour,Eirunepe,Guayaquil,Jamaica,Lima,Panama
5 America/Porto_Acre,Rio_Branco Brazil/Acre EST,Jamaica Etc/GMT+5
5D,M3.2.0,M11.1.0 America/Detroit,Fort_Wayne,Grand_Turk,Indianapolis,Iqaluit,Louisville,Montreal,Nassau,New_York
5D,M3.2.0,M11.1.0 America/Nipigon,Pangnirtung,Port-au-Prince,Thunder_Bay,Toronto
5D,M3.2.0,M11.1.0 America/Indiana/Indianapolis,Marengo,Petersburg,Vevay,Vincennes,Winamac
5D,M3.2.0,M11.1.0 America/Kentucky/Louisville,Monticello Canada/Eastern EST5EDT US/East-Indiana,Eastern,Michigan
5D,M3.2.0/0,M11.1.0/1 America/Havana Cuba
6 America/Bahia_Banderas,Belize,Chihuahua,Costa_Rica,El_Salvador,Guatemala,Managua,Merida,Mexico_City
6 America/Monterrey,Regina,Swift_Current,Tegucigalpa Canada/Saskatchewan Etc/GMT+6 Mexico/General Pacific/Galapagos
6D,M3.2.0,M11.1.0 America/Chicago,Knox_IN,Matamoros,Menominee,Ojinaga,Rainy_River,Rankin_Inlet,Resolute,Winnipeg
6D,M3.2.0,M11.1.0 America/Indiana/Knox,Tell_City America/North_Dakota/Beulah,Center,New_Salem CST6CDT Canada/Central
6D,M3.2.0,M11.1.0 US/Central,Indiana-Starke
6D,M9.1.6/22,M4.1.6/22 Chile/EasterIsland Pacific/Easter
7 America/Creston,Dawson,Dawson_Creek,Fort_Nelson,Hermosillo,Mazatlan,Phoenix,Whitehorse Canada/Yukon Etc/GMT+7 MST
7 Mexico/BajaSur US/Arizona
7D,M3.2.0,M11.1.0 America/Boise,Cambridge_Bay,Ciudad_Juarez,Denver,Edmonton,Inuvik,Shiprock,Yellowknife
7D,M3.2.0,M11.1.0 Canada/Mountain MST7MDT,Navajo US/Mountain
8 Etc/GMT+8 Pacific/Pitcairn
8D,M3.2.0,M11.1.0 America/Ensenada,Los_Angeles,Santa_Isabel,Tijuana,Vancouver Canada/Pacific Mexico/BajaNorte
8D,M3.2.0,M11.1.0 PST8PDT US/Pacific
9 Etc/GMT+9 Pacific/Gambier
9D,M3.2.0,M11.1.0 America/Anchorage,Juneau,Metlakatla,Nome,Sitka,Yakutat US/Alaska
9:30 Pacific/Marquesas
10 Etc/GMT+10 HST Pacific/Honolulu,Johnston,Rarotonga,Tahiti US/Hawaii
10D,M3.2.0,M11.1.0 America/Adak,Atka US/Aleutian
11 Etc/GMT+11 Pacific/Midway,Niue,Pago_Pago,Samoa US/Samoa
12 Etc/GMT+12
`;
