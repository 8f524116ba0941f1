"""Where the rules come from, and how well each source was read.

"Opened": an excerpt of the source itself was read; "second": somebody else's summary of it. Check the current
version of each before clinical sign-off.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A citation, and how it was read."""

    citation: str
    read: str


SOURCES: dict[str, Source] = {
    "S01": Source(
        "NICE CG95 recent-onset chest pain: symptoms that may indicate ACS; emergency if pain now or in last 12 h, same-day if 12-72 h (gpnotebook.com summary; nice.org.uk/guidance/cg95)",
        "Second",
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
        "NICE NG156 abdominal aortic aneurysm (nice.org.uk/guidance/ng156; BMJ Best Practice 3000088)",
        "Opened + second",
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
        "NICE NG127 suspected neurological conditions (page reached, relevant text not shown)", "[K]"
    ),
    "S28": Source(
        "Shingles, summaries of NICE CKS (antiviral within 72 h; immunocompromised: immediate advice)",
        "Second",
    ),
    "S29": Source(
        "Ectopic pregnancy, NG126 summary (shoulder-tip pain, faint); NICE NG133 pre-eclampsia symptoms [K]",
        "Second",
    ),
    "S30": Source(
        "Back pain in children: Paediatric Musculoskeletal Matters; Perth Children's Hospital; North East healthier together",
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
        "NICE CG143 1.1.1: treat an acute painful sickle cell episode as an acute medical emergency; BSH: chest syndrome is fever and/or respiratory symptoms",
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
    "K": Source("General knowledge; a source is still to be found", "Not sourced"),
}
