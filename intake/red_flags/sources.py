"""Where the rules come from, and how well each source was read.

"Opened": an excerpt of the source itself was read; "second": somebody else's summary of it. Check the current
version of each before clinical sign-off.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A citation, and how it was read. `name` is its key in a document, where the citation says what it says."""

    citation: str
    read: str
    name: str = ""


SOURCES: dict[str, Source] = {
    "S01": Source(
        "NICE CG95 recent-onset chest pain: symptoms that may indicate ACS; emergency if pain now or in last 12 h, same-day if 12-72 h (gpnotebook.com summary; nice.org.uk/guidance/cg95)",
        "Second",
        "NICE CG95 recent-onset chest pain",
    ),
    "S02": Source(
        "AHA/ACC 2021 chest pain guideline top messages (professional.heart.org; guidelinecentral 1421858)",
        "Opened",
    ),
    "S03": Source(
        "ADD risk score table, 2022 ACC/AHA aortic pocket guide; IRAD validation, Circulation 2011 (PubMed 21555704)",
        "Opened",
    ),
    "S04": Source(
        "NICE NG156 abdominal aortic aneurysm (nice.org.uk/guidance/ng156; section 1.1 in full at emblogs.org: think of rupture with new abdominal or back pain, collapse or loss of consciousness, more so over 60, with smoking, high blood pressure or a known aneurysm)",
        "Opened",
    ),
    "S05": Source(
        "Pulmonary embolism features: RCEMLearning; primarycarenotebook citing NICE NG158", "Second"
    ),
    "S06": Source(
        "Spontaneous pneumothorax features: NSW Agency for Clinical Innovation; primarycarenotebook", "Second"
    ),
    "S07": Source(
        "GIRFT suspected cauda equina interactive pathway, primary/community page (girft-interactivepathways.org.uk)",
        "Opened",
    ),
    "S08": Source(
        "BMJ Best Practice cauda equina syndrome (new within 14 days or worse; emergency MRI within 4 h of request)",
        "Second",
    ),
    "S09": Source(
        "Cauda equina toolkit, Prim Health Care Res Dev 2016;17:559 (753 low back pain patients: 28% altered bladder/bowel, one confirmed case); interview study of how physiotherapists ask, Musculoskelet Sci Pract 2023:102773",
        "Opened",
    ),
    "S10": Source("Cauda equina warning-sign card used in UK clinics (backes.org.uk and others)", "Opened"),
    "S11": Source(
        "NICE CG75 key priorities (spinal pain features with cancer: within 24 h; neurological features: immediately). Replaced by NG234 (2023), whose recognition text I could not read",
        "Opened (CG75)",
    ),
    "S12": Source(
        "Scottish Palliative Care Guidelines, malignant cord compression; NHS South Tees MSCC page", "Opened"
    ),
    "S13": Source(
        "Red flags for fracture and malignancy, systematic review, BMJ 2013;347:f7095", "Opened (abstract)"
    ),
    "S14": Source("Red flags in 16 back pain guidelines, Eur Spine J 2016;25:2788", "Opened (abstract)"),
    "S15": Source(
        "IFOMPT international framework for red flags, JOSPT 2020;50:350 (single flags weakly evidenced; judge combinations and context)",
        "Opened (abstract, release)",
    ),
    "S16": Source(
        "1,172 primary care patients with acute low back pain, Arthritis Rheum 2009;60:3072",
        "Opened (abstract)",
    ),
    "S17": Source("1,000 ED back pain patients, Eur Spine J 2020;29:1870", "Opened (abstract)"),
    "S18": Source("Night pain in 482 triage clinic patients, Spine 2005;30:1985", "Opened (abstract)"),
    "S19": Source(
        "Cochrane review CD014461 (2023), red flags for vertebral fracture", "Title and methods only"
    ),
    "S20": Source("Pain features with vertebral fracture in women 60+, PMC4791465", "Opened (abstract)"),
    "S21": Source(
        "NICE NG65 spondyloarthritis referral criteria (NHS Lanarkshire; BJGP 2018;68:346)", "Second"
    ),
    "S22": Source("IDSA 2015 vertebral osteomyelitis; Michigan Medicine guideline NBK547443", "Opened"),
    "S23": Source(
        "Pyogenic spinal infection ED cohort, Am J Emerg Med 2019 (20% of epidural abscess had ED fever)",
        "Opened (abstract)",
    ),
    "S24": Source(
        "NICE NG118 renal stones (imaging within 24 h); admission criteria summaries of CKS renal colic",
        "Opened + second",
    ),
    "S25": Source(
        'NICE NG12 public text, "Back and bones" (60+: weight loss -> pancreas; persistent back pain -> myeloma tests)',
        "Opened",
    ),
    "S26": Source(
        "Degenerative cervical myelopathy, BMJ 2018;360:k186; myelopathy.org; NHS Scotland", "Opened"
    ),
    "S27": Source(
        "NICE NG127 suspected neurological conditions: limb weakness summary (sudden, even one hand: stroke; symmetrical within 4 weeks: immediate; single limb within hours to days: urgent; severe low back and leg pain with bladder, bowel, sexual or perineal change: immediate), dizziness (sudden with a focal sign such as unsteadiness: immediate) (nursing-notebook.com; medscape.co.uk 2023; nice.org.uk recommendations page, 1.2)",
        "Opened + second",
    ),
    "S28": Source(
        "Shingles, summaries of NICE CKS (antiviral within 72 h; immunocompromised: immediate advice)",
        "Second",
    ),
    "S29": Source("Ectopic pregnancy, NG126 summary (shoulder-tip pain, faint)", "Second"),
    "S30": Source(
        "Back pain in children: Paediatric Musculoskeletal Matters (also a toddler who cannot sit or walk); Perth Children's Hospital; North East healthier together; well toddler who refuses to walk, Postgrad Med J 2002;78:568",
        "Opened",
    ),
    "S31": Source(
        "Under-20s back pain review: age under 20 alone is a weak flag (spinalnewsinternational)", "Opened"
    ),
    "S32": Source(
        "NSAID cautions: NHS Greater Glasgow and Clyde; NHS Scotland polypharmacy guidance", "Opened"
    ),
    "S33": Source("Visceral causes of thoracic back pain (review manuscript on referred pain)", "Opened"),
    "S34": Source("Thoracic disc herniation: Medscape 96284/96168; Case Rep Orthop 2013:621476", "Opened"),
    "S35": Source("Lumbar stenosis clinical syndrome, JAMA 2010;304:2628", "Opened (abstract)"),
    "S36": Source("Scapular dyskinesis: Shoulder & Elbow 2015;7:289; AAOS-based patient summaries", "Opened"),
    "S37": Source("Kyphosis: NHS text (syndicated copy)", "Opened"),
    "S38": Source(
        "Posture and pain: lay summary of a 2016 systematic review (hunched posture as common without pain)",
        "Second, weak",
    ),
    "S39": Source(
        "NICE NG59 low back pain and sciatica, BMJ 2017;356:i6748 summary (risk stratification; no electrotherapy; no paracetamol alone)",
        "Opened",
    ),
    "S40": Source(
        "Computer-generated history (AEGIS): Am J Gastroenterol 2015;110:170; alarm-feature study, Int J Med Inform; JMIR Form Res 2021;5:e23599; scoping review JMIR 2022;24:e36074",
        "Opened (abstracts)",
    ),
    "S41": Source(
        "Online consultation vendors on red flags: Patchs help centre (patients re-submit hiding symptoms); eConsult help and blog",
        "Opened",
    ),
    "S42": Source(
        "eConsult use, BMJ Open 2022;12:e058247 (length, repetition, gaming); BJGP 2018;68:e1",
        "Opened (abstracts)",
    ),
    "S43": Source("HSSIB 2024, digital tools for online consultation in general practice", "Opened"),
    "S44": Source("Patients typing visit agendas, Ann Fam Med 2017;15:158", "Opened (abstract)"),
    "S45": Source("What physicians read in notes, Appl Clin Inform 2014;5:430", "Opened (abstract)"),
    "S46": Source(
        "FDA clinical decision support guidance 2022 and its 6 Jan 2026 replacement (law-firm summaries)",
        "Second",
    ),
    "S47": Source(
        "EU MDR Rule 11 and MDCG 2019-11 (Johner Institute, cm-dm blog on rev.1 June 2025); MHRA stand-alone software flow chart (issuu copy)",
        "Second",
    ),
    "S48": Source(
        "DCB0129 / DCB0160: digital-clinical-safety-platform hazard template; RCPCH growth charts; NHS UK Core hazard log",
        "Opened",
    ),
    "S49": Source("LOINC pages 91349-1, 91350-9, 91352-5, 69729-2; LOINC licence and forum", "Opened"),
    "S50": Source(
        "SNOMED GPS implementation guide; HL7 THO GPS value set; third-party note on GPS licence", "Opened"
    ),
    "S51": Source("FHIR R4 item-type, Flag; SDC IG extension pages", "Opened"),
    "S52": Source("NHS service manual, care cards pattern", "Opened"),
    "S53": Source(
        "Michigan Body Map (Pain 2016; RAPM 2020), CHOIR body map (Pain Rep 2021)", "Opened (abstracts)"
    ),
    "S54": Source("STarT Back: keele.ac.uk/sbst, startback.hfac.keele.ac.uk; STarT MSK legal page", "Opened"),
    "S55": Source(
        "MIC consensus (low back pain), Spine 2008: NRS 2, RMDQ 5, ODI 10, or 30%", "Opened (abstract)"
    ),
    "S56": Source(
        "Other instruments: PEG (JGIM 2009), ODI (mapi-trust, sralab), MSK-HQ (OUI, Versus Arthritis, BMJ Open 2019), OMPSQ-SF (Spine 2011), PSFS, PROMIS terms (HealthMeasures), painDETECT (NINDS), PHQ-2 (PMC2906530), PHQ notice text",
        "Opened",
    ),
    "S57": Source(
        'Ruptured aneurysm taken for renal colic: case report and figures PMC3603769 (first stone "very uncommon" above 60); 152 ruptures, 30% first misdiagnosed, renal colic first among the errors (Misdiagnosis of ruptured AAA, 1992); 85 UK cases, syncope in 36.5% (Eur J Emerg Med 2016;23:386)',
        "Opened (abstracts)",
    ),
    "S58": Source(
        "NICE CG143 recommendations, 1.1.1: treat an acute painful sickle cell episode as an acute medical emergency (nice.org.uk/guidance/cg143); BSH: chest syndrome is fever and/or respiratory symptoms",
        "Opened",
    ),
    "S59": Source(
        "Spinal epidural abscess: 457 cases, diabetes and infection in the prior 90 days common, full triad in 10%, 71% had an earlier visit (escholarship 15t8q6sk); up to 75% without fever (Univ. of Maryland EM pearl 931)",
        "Opened (abstract, summary)",
    ),
    "S60": Source(
        "Pre-eclampsia symptoms: NHS page (rare before 20 weeks; can begin in the first 4 weeks after birth); Action on Pre-eclampsia",
        "Opened",
    ),
    "S61": Source(
        "Steroid sick-day rules: Addison's Disease Self-Help Group; UK practice page (adrenal crisis with vomiting after 4 weeks or more of tablets)",
        "Opened",
    ),
    "S62": Source(
        "BNSSG Remedy, citing GIRFT: cauda equina symptoms present for more than 14 days need urgent, not emergency, referral and imaging",
        "Second",
    ),
    "S63": Source(
        "NICE NG234 (2023, replaces CG75): recommendations and rationale pages (nice.org.uk/guidance/ng234, NCBI NBK595817); the list of pain features (severe and unremitting, progressive, worse on straining, at night, tender: advice within 24 hours; neurological features: at once) only in a second-hand summary",
        "Opened (start) + second",
    ),
    "S64": Source(
        "Scottish referral guidelines for suspected cancer, cord compression page (gov.scot): the same features and times; frequent review of other low back pain with cancer",
        "Opened",
    ),
    "S65": Source(
        "NICE NG133 1.1.1: symptoms of pre-eclampsia, see somebody immediately (nice.org.uk/guidance/ng133)",
        "Opened",
    ),
    "S66": Source(
        "NICE NG240: BMJ 2024;387:q2452 (start); report on the combination fever, headache, stiff neck, altered consciousness and on non-fading rash (pulsetoday.co.uk); NHS text: 999 or A&E, do not wait for a rash (caths.cam.ac.uk)",
        "Opened + second",
    ),
    "S67": Source(
        "Giant cell arteritis: BSR 2020 (excerpts at tomwademd.net; Pract Neurol 2020-002615: same working day where possible); NHS pages BNSSG Remedy, Lanarkshire, Highland (over 50; new headache, scalp pain, jaw pain on chewing, sight change)",
        "Opened (pages), second (guideline)",
    ),
    "S68": Source(
        "IFOMPT cervical framework 2023, JOSPT 53:7 (synopsis); Physiopedia page. The list of vascular features itself not seen: [K]",
        "Opened (synopsis)",
    ),
    "S69": Source(
        "Heart attack texts for patients: NHS practice (angina for more than 15 minutes: 999), copies of the NHS page (back or jaw pain without chest pain; sweating), NHS England campaign, HealthInfo NZ (middle of the back, sweaty, tired)",
        "Opened",
    ),
    "S70": Source("Deep vein clot, NHS beta page: one leg swollen and painful: urgent appointment", "Opened"),
    "S71": Source(
        "Steroid tablets for 4 weeks or more, also recurrent courses: crisis with dizziness, faint, vomiting, extreme tiredness, belly pain; do not stop (Bretton Park Healthcare; Northern Care Alliance leaflet)",
        "Opened",
    ),
    "S72": Source(
        "Ectopic pregnancy for patients: one-sided low pain, bleeding, shoulder tip: same-day advice also if only perhaps pregnant; sharp sudden pain with faint or sickness: 999 (healthforunder5s.co.uk, NHS Greater Glasgow, Wellbeing of Women)",
        "Opened",
    ),
    "S74": Source(
        "NHS back pain page in copies (Sheffield Aches and Pains and others): 999 for both legs, saddle, trouble peeing, loss of bladder or bowel control, chest pain, serious accident; same-day for fever, weight loss, worse at night; NHS Norfolk self-referral page (new within 2 weeks: starting, stopping or maintaining flow)",
        "Opened",
    ),
    "S75": Source(
        "Spinal epidural abscess: review, Biomed Res Int 2016:1614328 (abstract); Merck Manual (skin, teeth, other infections as source); idwiki.org (skin and soft tissue 22%, urine 3%, none found 30%)",
        "Opened (abstract), second",
    ),
    "S76": Source(
        "Ankylosing spondylitis and low-impact spine fracture: BMJ 2009;339:b2568; BMJ 2014;348:g3849; spa-imaging.org (treat as unstable until excluded)",
        "Opened (abstracts)",
    ),
    "S77": Source(
        "Retroperitoneal bleeding on anticoagulants: Medicine 2003;82:257; UMEM pearl 3094; Hong Kong J Emerg Med 2011;18:173",
        "Opened (abstracts)",
    ),
    "S78": Source(
        "Dissection under 40 and in pregnancy: Am J Emerg Med 2020;38:1942 (registry: half Marfan, 3% around birth; weight lifting); Circulation 2016;134:527 (5.5 against 1.4 per million)",
        "Opened",
    ),
    "S79": Source(
        "Text relay 18000 and registered emergency text to 999, sign language relay (South Tees NHS, British Red Cross, limpingchicken.com)",
        "Opened",
    ),
    "S80": Source(
        "Pancoast tumour: shoulder and arm pain, weak or wasted hand (StatPearls copy; Canadian Cancer Society)",
        "Opened",
    ),
    "S81": Source(
        "Angina red flags: at rest, on minimal effort, rapidly worse: consider admission (BNSSG Remedy)",
        "Opened",
    ),
    "S82": Source(
        'Sepsis in adults, UK Sepsis Trust signs on NHS practice pages: confusion, extreme shivering, no urine in a day, severe breathlessness, mottled skin: 999; hospital leaflet HEY-1091/2022 and another practice page add: very sleepy, about to lose consciousness, "you or anyone"',
        "Opened",
    ),
    "S83": Source(
        "One-by-one yes/no against tick lists: Pew 2019 (more is reported); meta-analysis, factor 1.42 (Google research 43431)",
        "Opened (abstracts)",
    ),
    "S84": Source(
        "Stroke: face, arms, speech, 999; also sudden loss of sight, dizziness, one-sided weakness (NHS practice pages, North West Ambulance)",
        "Opened",
    ),
    "S85": Source(
        "After an epidural: new weakness, numbness, bladder or bowel loss, fever: urgent (Bradford Teaching Hospitals; Northern Care Alliance); haematoma after pain injections, J Korean Neurosurg Soc 2010;48:281",
        "Opened",
    ),
    "S86": Source(
        "Lung cancer: Macmillan summary of NICE NG12 (40+, ever smoked, one or more features); Scottish guideline (shoulder pain, fatigue in a smoker over 40)",
        "Opened",
    ),
    "S87": Source(
        "Fever during cancer treatment: helpline at once (The Christie, University Hospitals Birmingham, North Devon)",
        "Opened",
    ),
    "S88": Source(
        "Spleen injury after a fall: left shoulder pain without shoulder injury (RCEMLearning); delayed bleeding with belly pain (Sci Rep 2022, s41598-022-24399-9)",
        "Opened",
    ),
    "S90": Source(
        "Regular tightenings, bleeding or waters before 37 weeks: call the unit straight away (Tommy's, Kicks Count, Just One Norfolk NHS)",
        "Opened",
    ),
    "S91": Source("Sepsis in pregnancy and 6 weeks after birth (HSE Ireland, NCT)", "Opened"),
    "S92": Source(
        "Ruptured aneurysm with buttock or hip pain and a collapse at 80, no belly pain: Emerg Med J 2005;22:453; many sites of rupture, many pictures: Postgrad Med J 2009;85:268",
        "Opened (start, abstract)",
    ),
    "S93": Source(
        "Clots after birth: N Engl J Med 2014;370:1307 (odds ratio 10.8 up to 6 weeks, 2.2 in weeks 7 to 12, not raised later; small absolute risk)",
        "Opened (abstract)",
    ),
    "S94": Source(
        "Lung clot, texts for patients: NHS factsheet (AXA copy, 2023: blood coughed up alone urgent; chest or upper back pain, 999 or A&E), NI Direct",
        "Opened",
    ),
    "S95": Source(
        "Pain in both legs: CSP article on the national pathway, 2024 (new pain in both legs among the symptoms); NHS Lothian RefHelp (sudden in both, or one that has become both); HSIB 2021 report, reference event (she only thought that she had leaked)",
        "Opened",
    ),
    "S96": Source(
        "Spontaneous spinal bleed: review of 107 cases, PMC4461739 (sudden back pain, then deficits; shorter time to operation, better outcome); healthy man of 28 with neck pain and mild arm weakness (brieflands aapm-17601); scan at once for severe acute back pain with limb symptoms (mdedge)",
        "Opened (abstracts, start)",
    ),
    "S97": Source(
        "Fewer movements with belly pain or bleeding: unit at once (Shropshire and Wessex NHS maternity pages); never until the next day (Cambridge University Hospitals, ESNEFT, Tommy's); abruption with pain in belly or back and fewer movements (altru.org and others). The step from belly pain to severe back pain is [K]",
        "Opened",
    ),
    "S98": Source(
        "Collapsed lung after acupuncture or dry needling of shoulder and upper back: West J Emerg Med case series (pain and breathlessness 30 minutes to hours later); Can Fam Physician 2015;61:1071; Med Acupunct 2014 (late and mild at first)",
        "Opened (starts)",
    ),
    "S99": Source(
        "Spinal abscess after acupuncture: Int J Emerg Med 2016;9:22; NZ Med J case (no fever). Several visits for one complaint is itself a red flag: AHRQ WebM&M June 2021 (spotlight slides). The tiers of R-GEN-7 and R-GEN-8 are [K]",
        "Opened (abstracts, slides)",
    ),
    "K": Source("General knowledge; a source is still to be found", "Not sourced"),
}


def key_to(ids: Iterable[str]) -> dict[str, str]:
    """What the codes of these sources stand for, each once, without where the source was read."""
    named = ((id, SOURCES[id]) for id in dict.fromkeys(ids))
    return {id: source.name or re.sub(r" \([^()]*\)$", "", source.citation) for id, source in named}
