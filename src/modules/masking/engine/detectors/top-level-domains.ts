/** The country-code domains in the root zone (IANA). */
const COUNTRIES = `ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz
ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd
ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km
kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc
ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk
sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu
wf ws ye yt za zm zw`;

/** The generic domains in common use. */
const GENERAL = `com org net edu gov mil int arpa info biz name pro aero coop museum jobs mobi travel tel cat asia post xxx
academy accountant accountants actor adult africa agency airforce amsterdam apartments app archi army art associates
attorney auction audio auto autos baby band bank bar barcelona bargains bayern beer berlin best bet bible bid bike bingo bio
black blackfriday blog blue boats bond boo book boston bot boutique broker build builders business buzz cab cafe cam camera
camp capetown capital car cards care career careers cars casa cash casino catering center ceo cfd charity chat cheap
christmas church city claims cleaning click clinic clothing cloud club coach codes coffee college cologne community company
computer condos construction consulting contact contractors cooking cool country coupons courses cpa credit creditcard
cricket cruises cymru cyou dad dance date dating day dds deal degree delivery democrat dental dentist desi design dev
diamonds diet digital direct directory discount doctor dog domains download durban earth eco education email energy engineer
engineering enterprises equipment esq estate eus events exchange expert exposed express fail faith family fan fans farm
fashion fast feedback film finance financial fish fishing fit fitness flights florist flowers fly foo food football forex
forsale forum foundation free frl fun fund furniture futbol fyi gal gallery game games garden gay gdn gent gift gifts gives
giving glass global gmbh gold golf graphics gratis green gripe group guide guitars guru hair hamburg haus health healthcare
help helsinki here hiphop hiv hockey holdings holiday homes horse hospital host hosting hot house how icu immo immobilien
inc industries ing ink institute insurance insure international investments irish ist istanbul jetzt jewelry joburg juegos
kaufen kids kim kitchen kiwi koeln kosher krd kyoto land lat law lawyer lease leclerc legal lgbt life lifestyle lighting
limited limo link live living llc loan loans locker lol london lotto love ltd ltda lundbeck luxe luxury madrid maison
management market marketing markets mba med media meet melbourne meme memorial men menu miami moda moe moi mom money monster
mortgage moscow moto motorcycles mov movie nagoya navy network new news nexus ngo ninja now nrw nyc observer okinawa one ong
onl online ooo organic osaka page paris parts partners party pet phd photo photography photos physio pics pictures pink
pizza place play plumbing plus poker porn press prime productions prof promo properties property protection pub qpon quebec
quest racing realestate realtor realty recipes red rehab reise reisen reit ren rent rentals repair report republican rest
restaurant review reviews rich rio rip rocks rodeo rsvp rugby ruhr run saarland sale salon sarl save sbs scholarships school
schule science scot search secure security select services sex sexy shoes shop shopping show singles site ski skin soccer
social software solar solutions soy spa space spiegel sport spot srl store storage stream studio study style sucks supplies
supply support surf surgery swiss sydney systems taipei talk tatar tattoo tax taxi team tech technology tennis theater
theatre tickets tienda tips tires tirol today tokyo tools top tours town toys trade trading training travel trust tube tunes
university uno vacations vana vegas ventures versicherung vet video villas vin vip vision vlaanderen vodka vote voting
voyage wales watch watches weather webcam website wed wedding wien wiki win wine work works world wtf xin xyz yachts yoga
yokohama you yun zip zone zuerich`;

const KNOWN = new Set(`${COUNTRIES} ${GENERAL}`.split(/\s+/));

/** Returns true for a top-level domain: one of those listed, or one in another script, which begins with `xn--` (RFC 5890). */
export function isTopLevelDomain(label: string): boolean {
  const lower = label.toLowerCase();
  return KNOWN.has(lower) || /^xn--[a-z0-9-]+[a-z0-9]$/.test(lower);
}
