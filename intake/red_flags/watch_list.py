"""The words that are watched for in free text, and the guards: what looks like one of them and is not.

Patterns are searched in the lower-cased text with straight apostrophes, after the guards are blanked. They use words,
alternatives, `\\b`, `\\w*` and gaps of bounded length, so that no text can make them slow. Safety: clinical content.
"""

from dataclasses import dataclass
from enum import StrEnum

from intake.red_flags.model import Urgency


class Does(StrEnum):
    """What a match does. Only CRISIS and TODAY tell the patient and raise an alert by themselves."""

    LOOK_AGAIN = "look_again"
    LINE_ONLY = "line_only"
    CRISIS = "crisis"
    TODAY = "today"
    IN_CONFIDENCE = "in_confidence"


@dataclass(frozen=True)
class Watch:
    """Patterns, and the `questions` they doubt, in the order of the form; `line` is the tier of the clinician's line."""

    id: str
    does: Does
    line: Urgency
    questions: tuple[str, ...]
    patterns: tuple[str, ...]


GUARDS: tuple[str, ...] = (
    r"\bnumber\w*",
    r"\b(no|not any|without|without any|never|never had|never had any|haven't had|have not had|don't have|do not have|don't get|didn't have) (any |a |bad |real )?(pain|tightness|ache|pressure|heaviness)( or \w+)?( \w+){0,3} chest\b",
    r"\b(no|not|never|without|don't have|do not have|haven't had|have not had|hasn't been|no sign of|free of) (any |a |been |more )?(chest (pain|tightness)|fever|high temperature|temperature|numbness|tingling|pins and needles|weakness|bleeding|blood|cancer|weight loss|trouble (peeing|breathing)|breathless\w*|short(ness)? of breath|out of breath|incontinen\w*|faint\w*|suicid\w*|vomiting|pregnant|ripping|tearing)",
    r"\b(my|his|her|our)( \w+)? (father|dad|mother|mum|mom|brother|sister|son|daughter|aunt|uncle|gran\w*|nan|nanny|husband|wife|partner|cousin|friend|neighbour|boss|dog|cat|parents?|family)\b(?! (says?|said|thinks?|thought|told|noticed|saw|found|worr\w+))[^.;!?]{0,30}\b(cancer|tumou?r|heart attack|stroke|aneurysm|clot|tb|pregnant|chemo\w*|warfarin|apixaban|suicid\w*|killed (himself|herself|themselves)|took (his|her|their) own life)\b",
    r"\b(worr\w+|scared|afraid|fear|fears|frightened|hope|hoping|sure|wonder\w*|know if|think|thought|thinking|could|might|isn't|rule out|tests? for|tested for|checked for|screen\w* for|scan for)( \w+){0,4} cancer\b",
    r"\bcancer (scare|screening|research|charity|ward|nurse)\b",
    r"\bwear and tear\b|\btearing (my|our) hair\b|\btearful\b|\brip off\b",
    r"\b(pain|back|it|this|that|leg|neck|shoulder|job|work|chair|bed)('s| is| was| keeps)? (really |just |absolutely |nearly )?killing me\b",
    r"\b(dying (for|to)|died (of|with|from) (laughing|embarrassment|boredom)|to die for)\b",
    r"\bhurt myself (at|in|on|when|while|lifting|doing|playing|by|badly|moving|falling|last|yesterday|today|again)\b|\bhurt my ?self (at|in|on|when|while)\b",
    r"\bcan'?t go on (a |the |my |any |long |to )*(holiday|walk\w*|stairs?|bike|run\w*|trip\w*|bus|train|treadmill|swing\w*|rides?|plane|flight\w*)",
    r"\b(weak|strong) (tea|coffee|tablets?|painkillers?|legs of)\b|\bweak (spot|point)\b",
    r"\bcan'?t (walk|stand|move|sit)( \w+)? (far|long|for long|fast|very far|too far|properly after|more than)\b",
    r"\b(hits?|hit) (me )?(when|if|after|while|in the (morning|night|back)|as soon as|the spot|my)\b",
    r"\bfell (asleep|pregnant|out with|behind|in love|ill|short)\b",
    r"\bpassed out of\b|\bpass(ed)? (water|wind|urine) (fine|normally|ok|well|as usual)\b",
    r"\bshiver\w* (sensation|feeling) down my spine\b|\bhot (bath|shower|water bottle|pack|weather)\b",
    r"\bblack (coffee|cab|belt|ice|friday)\b|\bheart (felt|broken|warming)\b|\bby heart\b",
    r"\blost (\w+ )?(job|work|sleep|my (mum|dad|mother|father|husband|wife|keys|phone))\b",
)

WATCH: tuple[Watch, ...] = (
    Watch(
        "w_chest",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_chest_pain",),
        (
            r"\bchest\b.{0,25}\b(pain\w*|tight\w*|heav\w+|ache\w*|pressure|weight|crush\w*|squeez\w*|hurt\w*|burn\w*)",
            r"\b(pain\w*|tight\w*|heav\w+|ache\w*|aching|pressure|weight|crush\w*|squeez\w*|band)\b.{0,20}\bchest\b",
            r"\bheart (attack|pain\w*)\b|\bangina\b",
        ),
    ),
    Watch(
        "w_breath",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_breathless",),
        (
            r"\b(can'?t|cannot|can not|couldn'?t|hard to|struggl\w+ to|difficult\w* to|fight\w* to) (breathe|catch (my )?breath|get (my |enough )?(breath|air))\b",
            r"\bcatch my breath\b|\b(out|short(ness)?) of breath\b|\bbreathless\w*\b|\bgasping\b|\b(trouble|difficulty|problems?) breathing\b",
        ),
    ),
    Watch(
        "w_faint",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_faint",),
        (
            r"\bfaint(ed|ing|s)?\b|\b(nearly|almost|feel|feeling|felt) faint\b|\bcollaps\w+\b|\bpass(ed|ing)? out\b|\bblack(ed|ing)? out\b|\bblackouts?\b|\bunconscious\b|\bkeel\w* over\b",
        ),
    ),
    Watch(
        "w_clammy",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_sweaty",),
        (r"\bclammy\b|\bcold sweats?\b|\bdrenched in sweat\b|\b(and|with|very|really) sweat(y|ing)\b",),
    ),
    Watch(
        "w_cough_blood",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("any_rare", "rf_cough_blood"),
        (
            r"\b(cough\w*|spit\w*|bring\w*)\b.{0,12}\bblood\b|\bblood\b.{0,15}\b(cough\w*|spit\w*|phlegm|spit)\b",
        ),
    ),
    Watch(
        "w_calf",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_leg_swelling",),
        (
            r"\b(swollen|swelling|bigger|puffy)\b.{0,15}\b(calf|leg)\b|\b(calf|leg)\b.{0,15}\b(swollen|swelling|swelled|bigger|puffy)\b|\bdvt\b|\bblood clot\b",
        ),
    ),
    Watch(
        "w_tear",
        Does.LOOK_AGAIN,
        Urgency.NOTE,
        ("rf_tearing",),
        (r"\btearing\b|\bripping\b|\bripped\b|\btore\b",),
    ),
    Watch(
        "w_worst",
        Does.LOOK_AGAIN,
        Urgency.NOTE,
        ("rf_worst_ever",),
        (r"\bworst (pain|thing|ever)\b|\bnever (felt|had) (pain|anything) like\b|\bpain of my life\b",),
    ),
    Watch(
        "w_pulse",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("any_rare", "rf_belly_pulse"),
        (r"\b(pulsing|pulsating|beating|throbbing) (lump|in my (belly|tummy|stomach))\b|\baneurysm\b",),
    ),
    Watch(
        "w_pee_start",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_pee_start",),
        (
            r"\b(can'?t|cannot|can not|unable to|not able to|couldn'?t|difficult\w* to|hard to|struggl\w+ to)( really| even)? (pee|wee|piss|urinate|pass (urine|water)|go to the (toilet|loo)|empty my bladder|start (peeing|weeing))\b",
            r"\b(trouble|difficulty|difficulties|problems?|struggl\w+( with| to)?) (peeing|weeing|urinating|pee|wee|passing (urine|water))\b|\b(haven'?t|not|have not) (been able to )?(peed|pee|weed|wee)\b|\bretention\b",
        ),
    ),
    Watch(
        "w_pee_leak",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_pee_leak",),
        (
            r"\b(wet|wetting|pee\w*|wee\w*|piss\w*) (my ?self|the bed|my (pants|bed|trousers|knickers))\b|\bwee a bit\b|\bleak\w*\b.{0,12}\b(pee|wee|urine|bladder)?\b",
            r"\bincontinen\w+\b|\b(no|lost|losing|loss of)\b.{0,10}\b(control)\b.{0,15}\b(bladder|pee|wee|waterworks)\b|\b(can'?t|cannot) hold (my |the |it )?(wee|pee|bladder|water)\b",
        ),
    ),
    Watch(
        "w_pee_change",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_pee_change",),
        (
            r"\b(rush\w*|run|urgent\w*|urgency)\b.{0,12}\b(to (wee|pee|the (loo|toilet))|bladder)\b|\b(weak|slow|poor) (stream|flow)\b|\bnever (feel )?empty\b|\bfrequent urination\b",
        ),
    ),
    Watch(
        "w_bowel",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_bowel_control",),
        (
            r"\b(poo\w*|soil\w*|mess\w*|shit\w*) my ?self\b|\b(no|lost|losing|loss of)\b.{0,10}\bcontrol\b.{0,15}\b(bowels?|poo|back passage)\b|\b(bowel|faecal|fecal) (accident|incontinence)\b|\b(can'?t|cannot) hold my (poo|bowels?)\b|\bsoiled\b",
        ),
    ),
    Watch(
        "w_saddle",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_saddle_numb",),
        (
            r"\b(can'?t|cannot|can not|don'?t|couldn'?t) feel\b.{0,25}\b(wipe|wiping|bum|bottom|genitals?|down (there|below)|privates?|between my legs|vagina|penis|back passage|toilet paper)\b|\bwhen i wipe\b",
            r"\b(numb\w*|tingl\w*|pins and needles|no feeling|lost feeling|lost sensation|strange|funny feeling|dead)\b.{0,25}\b(bum|bottom|genitals?|groin|down (there|below)|privates?|private parts?|between my legs|saddle|vagina|penis|testicles|back passage|crotch)\b",
        ),
    ),
    Watch(
        "w_legs",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_legs_weak",),
        (
            r"\blegs?\b.{0,15}\b(gave way|gives? way|giving way|weak\w*|jelly|won'?t work|not working|buckl\w+|went from under|collapse\w*)\b|\bweak\w* (in (my|both|one) )?legs?\b|\b(can'?t|cannot) (move my legs?|lift my (foot|leg|toes)|walk|stand(?! (it|this|that|the|him|her|being|having|not)\b))\b|\b(foot|toes?) (drop|drag\w*|drops|slaps?)\b|\bfoot drags?\b",
        ),
    ),
    Watch(
        "w_arm",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_arm_weak",),
        (
            r"\b(arm|hand|grip)\b.{0,12}\b(weak\w*|won'?t work|useless|went dead)\b|\b(can'?t|cannot) (grip|lift my arm|hold (a|my) (cup|pen|phone))\b|\bdropping things\b",
        ),
    ),
    Watch(
        "w_cannot_stand",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_cannot_stand",),
        (
            r"\b(can'?t|cannot|can not|couldn'?t|could not|unable to|not able to) (even )?(stand up|stand at all|get up|get out of (my |the )?(bed|chair)|take (a|one|two|three|four|any) steps?|weight ?bear|put (any |my )?weight)\b",
        ),
    ),
    Watch(
        "w_both_legs",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_both_legs_pain",),
        (
            r"\bboth (my )?(legs|feet|calves|thighs)\b.{0,20}\b(tingl\w*|numb\w*|pain\w*|hurt\w*|burn\w*|ache\w*)\b|\b(tingl\w*|numb\w*|pain\w*|burning|pins and needles)\b.{0,15}\bboth (my )?(legs|feet|calves|thighs)\b",
        ),
    ),
    Watch(
        "w_numb",
        Does.LOOK_AGAIN,
        Urgency.NOTE,
        ("rf_numb_below", "rf_saddle_numb"),
        (
            r"\bnumb\w*\b.{0,20}\b(waist|chest|belly|tummy|trunk|body)\b|\b(waist|chest|belly|tummy) down\b|\bcan'?t feel my (legs?|feet)\b|\bnumb\w*\b",
        ),
    ),
    Watch(
        "w_face",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_face_speech",),
        (
            r"\bface\b.{0,10}\b(drop\w*|droop\w*|fall\w*|fell)\b|\bslur\w*\b|\bstroke\b|\bcan'?t (speak|get my words out)\b",
        ),
    ),
    Watch(
        "w_head",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("any_head", "rf_head_new", "rf_sight", "rf_jaw_scalp"),
        (
            r"\b(vision|sight|eyes?)\b.{0,15}\b(blur\w*|double|lost|gone|went)\b|\b(blur\w*|double) (vision|sight)\b|\bsee(ing)? double\b|\bjaw\b.{0,12}\b(aches?|hurts?|pain)\b.{0,15}\b(chew\w*|eat\w*)\b|\bscalp\b|\b(headache|head)\b.{0,15}\b(never before|worst|like never|thunderclap)\b|\broom (spins?|spinning)\b|\bstiff neck\b.{0,25}\b(head|fever|light)\b|\b(spots|rash)\b.{0,20}\bglass\b|\bneck\b.{0,15}\b(was |been )?cracked\b",
        ),
    ),
    Watch(
        "w_muddled",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_very_unwell",),
        (
            r"\b(muddled|delirious|not making (any )?sense|hard to wake|won'?t wake|not (himself|herself|themselves|with it)|(very|so|really) (sleepy|drowsy))\b|\bconfused\b(?! (about|by|as|with|which|what|why|how|over))",
        ),
    ),
    Watch(
        "w_needle",
        Does.LOOK_AGAIN,
        Urgency.NOTE,
        ("needle_2w",),
        (
            r"\bacupuncture\b|\bdry needl\w+\b|\bbotox\b|\btrigger[- ]point (injections?|needl\w+)\b|\b(had|after|since) (an |the |my |some )?injections? (in|into|to) (my |the )?(neck|shoulder|chest|back)\b",
        ),
    ),
    Watch(
        "w_fever",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_fever",),
        (
            r"\bfever\w*\b|\b(high|raised) temperature\b|\btemperature of (3[89]|4\d|10[0-4])\b|\bshiver\w*\b|\b(hot and cold|burning up|chills)\b",
        ),
    ),
    Watch(
        "w_weight",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("any_rare", "rf_weight_loss"),
        (
            r"\b(lost|losing|lose|dropped)\b.{0,10}\b(weight|(\d+|a|one|two|three|half a|few|several) ?(stone|kilos?|kgs?|pounds?|lbs?))\b|\bweight (loss|is dropping|falling off)\b|\bclothes (are )?(loose|falling off)\b",
        ),
    ),
    Watch(
        "w_cancer",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("pmh_cancer",),
        (
            r"\b(have|had|having|got|with|beat|survived|treated for|history of|my)\b.{0,15}\b(cancer|tumou?r|lymphoma|leukaemia|myeloma|melanoma|sarcoma)\b|\b(breast|prostate|lung|bowel|kidney|thyroid|skin|ovarian|cervical) cancer\b|\bchemo\w*\b|\bradiotherapy\b|\bmastectomy\b|\bmetasta\w+\b|\boncolog\w+\b",
        ),
    ),
    Watch(
        "w_tb_etc",
        Does.LINE_ONLY,
        Urgency.NOTE,
        (),
        (r"\btuberculosis\b|\bhiv\b|\btransplant\b|\bheroin\b|\binject(ed|ing) drugs\b",),
    ),
    Watch(
        "w_source",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("inf_home",),
        (
            r"\b(tooth|teeth)\b.{0,15}\b(out|pulled|extract\w*|abscess)\b|\babscess\b|\bboil\b.{0,25}\b(drain\w*|lanced|neck|back|leg|arm|skin)\b|\b(boil|carbuncle)s?\b",
        ),
    ),
    Watch(
        "w_gi",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("any_rare", "rf_gi_bleed"),
        (
            r"\b(vomit\w*|sick\w*|throw\w* up|bring\w* up)\b.{0,10}\bblood\b|\bblood\b.{0,12}\b(vomit|sick)\b|\bblack,? ?(sticky |tarry )?(poo\w*|stools?|motions?)\b|\btarry\b|\b(poo|stools?)\b.{0,12}\b(black|tar)\b",
        ),
    ),
    Watch(
        "w_yellow",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("any_rare", "rf_jaundice"),
        (
            r"\byellow (skin|eyes?)\b|\b(skin|eyes?)\b.{0,15}\b(turned |gone |went |look )?yellow\b|\bjaundice\w*\b",
        ),
    ),
    Watch(
        "w_pee_blood",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("any_urine", "rf_pee_blood"),
        (
            r"\bblood\b.{0,12}\b(wee|pee|urine|water)\b|\b(wee|pee\w*|urine)\b.{0,12}\b(blood\w*|red)\b|\bpass(ed|ing)? blood\b",
        ),
    ),
    Watch(
        "w_pregnant",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("rf_pregnant",),
        (
            r"\bpregnant\b|\bpregnancy\b|\bexpecting\b.{0,10}\b(baby|in|child|twins)\b|\b(missed|late) (my )?period\b|\b\d+ weeks (pregnant|gone)\b",
        ),
    ),
    Watch(
        "w_fall",
        Does.LOOK_AGAIN,
        Urgency.NOTE,
        ("any_injury", "rf_injury_major"),
        (
            r"\bfell\b|\bfall(en)? (down|off|from|over|on)\b|\b(car|road|bike|motorbike|horse)\b.{0,12}\b(crash|accident|smash)\b|\bknocked (down|over|off)\b|\bhit by\b|\bcar crash\b|\brta\b|\bslipped (on|down|off)\b",
        ),
    ),
    Watch(
        "w_thinner",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("med_blood_thinner",),
        (
            r"\b(warfarin|apixaban|eliquis|rivaroxaban|xarelto|edoxaban|lixiana|dabigatran|pradaxa|heparin|enoxaparin|clexane|dalteparin|fragmin|tinzaparin|acenocoumarol|phenprocoumon|marcumar|blood thinners?|thinning tablets)\b",
        ),
    ),
    Watch(
        "w_steroid",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("any_risk", "med_steroid_4w"),
        (
            r"\b(prednisolone|prednisone|predni\w*|hydrocortisone tablets|dexamethasone|methylprednisolone|deflazacort|cortisone tablets|steroid tablets|steroids)\b",
        ),
    ),
    Watch(
        "w_immune",
        Does.LOOK_AGAIN,
        Urgency.PRIORITY,
        ("any_risk", "pmh_immune_low"),
        (
            r"\b(methotrexate|azathioprine|mycophenolate|ciclosporin|tacrolimus|adalimumab|humira|etanercept|infliximab|rituximab|tocilizumab|tofacitinib|baricitinib|upadacitinib|leflunomide|biologics?|immunosuppress\w*)\b",
        ),
    ),
    Watch(
        "w_oestrogen",
        Does.LOOK_AGAIN,
        Urgency.NOTE,
        ("med_oestrogen",),
        (
            r"\b(combined pill|the pill|microgynon|rigevidon|yasmin|marvelon|hrt|oestrogen|estrogen|estradiol|evorel|patches for menopause)\b",
        ),
    ),
    Watch(
        "w_too_many",
        Does.TODAY,
        Urgency.PRIORITY,
        (),
        (
            r"\b(overdos\w*|took (all|too many)( of)? (my |the )?(tablets|pills|painkillers|paracetamol))\b",
            r"\b(9|1\d|2\d|3\d)( x)? ?(paracetamol|panadol|co-?codamol|tylenol)s?\b.{0,15}\b(a|per|each|every|in a|today|yesterday)\b",
            r"\b(5|6|7|8)\s?(g|grams) (of )?paracetamol\b",
        ),
    ),
    Watch(
        "w_self_harm",
        Does.CRISIS,
        Urgency.PRIORITY,
        (),
        (
            r"\b(kill|hurt|hurting|harm|harming|cut|cutting|hang) my ?self\b|\bself[- ]?harm\w*\b|\bsuicid\w*\b",
            r"\b(end|ending|take|taking) (it all|my (own )?life|everything)\b|\bend it\b",
            r"\b(want|wanted|wanting|wish|wishing|ready|rather|going) (to |i (was|were) )(die|dead|be dead)\b|\b(don'?t|do not|no longer|not) want to (live|be (here|alive)|wake up|go on|carry on)\b|\bwish i (was|were) (dead|not here|gone)\b",
            r"\bbetter off (dead|without me)\b|\b(no|not any|isn'?t any|any) (reason|point) (to|in) (live|living|going on|be(ing)? here)\b|\blife (is not|isn'?t|not) worth\b",
            r"\b(can'?t|cannot|can not) (go on|carry on|take (it|this) any ?more|do this any ?more|cope any ?more)\b|\bgive up on life\b|\btired of living\b|\boverdose\b.{0,20}\b(myself|die)\b",
        ),
    ),
    Watch(
        "w_abuse",
        Does.IN_CONFIDENCE,
        Urgency.PRIORITY,
        (),
        (
            r"\b(he|she|they|husband|wife|partner|boyfriend|girlfriend|son|daughter|carer|father|mother|dad|mum)\b.{0,15}\b(hits?|hit|punch\w*|kick\w*|push\w*|shov\w*|chok\w*|strangl\w*|beats?|beat|threw|throws?|threaten\w*|hurts?|slapp?\w*) (me|us)\b",
            r"\b(scared|afraid|frightened|terrified) of (my |him|her|them)\b|\bnot safe at home\b|\babus(e|ed|ive)\b|\bdomestic violence\b",
        ),
    ),
)
