"""The places a patient can mark: 65 regions of our own drawing, and the groups of them that rules ask about.

`_l` and `_r` are always the patient's left and right. `b_` is the back view, `f_` the front. The shapes lie in
`static/bodymap/`, joined by id. Order here is the order of the list and of the Tab key.
Safety: never change a group without clinical review.
"""

from dataclasses import dataclass

from intake.i18n import Words
from intake.i18n import lazy as _


@dataclass(frozen=True)
class Region:
    """A place on the body. `label` is the patient's word, `noted` the clinician's; `part` heads it in the list."""

    id: str
    part: str
    label: Words
    noted: Words
    groups: tuple[str, ...]

    @property
    def view(self) -> str:
        return "back" if self.id.startswith("b_") else "front"


PARTS: dict[str, Words] = {
    "head": _("Head, jaw and neck"),
    "upper": _("Upper back"),
    "lower": _("Middle and lower back"),
    "chest": _("Chest and belly"),
    "arms": _("Shoulders and arms"),
    "legs": _("Hips, groin and legs"),
}

REGIONS: tuple[Region, ...] = (
    Region(
        "b_spine_upper",
        "upper",
        _("upper spine (between the shoulder blades)"),
        _("upper thoracic spine, midline"),
        ("UPPER_BACK", "THORACIC"),
    ),
    Region(
        "b_upper_l",
        "upper",
        _("upper left back, above the shoulder blade"),
        _("left upper back, suprascapular"),
        ("UPPER_BACK", "UPPER_LEFT_BACK", "THORACIC"),
    ),
    Region(
        "b_upper_r",
        "upper",
        _("upper right back, above the shoulder blade"),
        _("right upper back, suprascapular"),
        ("UPPER_BACK", "THORACIC"),
    ),
    Region(
        "b_interscap_l",
        "upper",
        _("between spine and left shoulder blade"),
        _("left interscapular"),
        ("UPPER_BACK", "UPPER_LEFT_BACK", "THORACIC"),
    ),
    Region(
        "b_interscap_r",
        "upper",
        _("between spine and right shoulder blade"),
        _("right interscapular"),
        ("UPPER_BACK", "THORACIC"),
    ),
    Region(
        "b_scapula_l",
        "upper",
        _("left shoulder blade"),
        _("left scapula"),
        ("UPPER_BACK", "UPPER_LEFT_BACK", "THORACIC"),
    ),
    Region("b_scapula_r", "upper", _("right shoulder blade"), _("right scapula"), ("UPPER_BACK", "THORACIC")),
    Region(
        "b_shoulder_top_l",
        "upper",
        _("top of left shoulder"),
        _("top of left shoulder"),
        ("UPPER_BACK", "UPPER_LEFT_BACK"),
    ),
    Region(
        "b_shoulder_top_r", "upper", _("top of right shoulder"), _("top of right shoulder"), ("UPPER_BACK",)
    ),
    Region(
        "b_spine_mid",
        "lower",
        _("middle of the spine"),
        _("lower thoracic spine, midline"),
        ("MID_BACK", "THORACIC"),
    ),
    Region(
        "b_mid_l",
        "lower",
        _("left mid back, below the shoulder blade"),
        _("left mid back, infrascapular"),
        ("MID_BACK", "THORACIC"),
    ),
    Region(
        "b_mid_r",
        "lower",
        _("right mid back, below the shoulder blade"),
        _("right mid back, infrascapular"),
        ("MID_BACK", "THORACIC"),
    ),
    Region("b_flank_l", "lower", _("left side of back, under the ribs (loin)"), _("left loin"), ("FLANK",)),
    Region("b_flank_r", "lower", _("right side of back, under the ribs (loin)"), _("right loin"), ("FLANK",)),
    Region("b_spine_low", "lower", _("lower spine"), _("lumbar spine, midline"), ("LOW_BACK",)),
    Region("b_low_l", "lower", _("left lower back"), _("left lumbar, paraspinal"), ("LOW_BACK",)),
    Region("b_low_r", "lower", _("right lower back"), _("right lumbar, paraspinal"), ("LOW_BACK",)),
    Region("b_sacrum", "lower", _("base of the spine"), _("sacrum and coccyx"), ("LOW_BACK",)),
    Region("b_buttock_l", "legs", _("left buttock"), _("left buttock"), ("BUTTOCK",)),
    Region("b_buttock_r", "legs", _("right buttock"), _("right buttock"), ("BUTTOCK",)),
    Region("b_saddle", "legs", _("around the back passage"), _("perianal (saddle)"), ("SADDLE",)),
    Region(
        "b_thigh_l", "legs", _("back of left thigh"), _("left posterior thigh"), ("LEG", "THIGH", "LEG_L")
    ),
    Region(
        "b_thigh_r", "legs", _("back of right thigh"), _("right posterior thigh"), ("LEG", "THIGH", "LEG_R")
    ),
    Region("b_knee_l", "legs", _("back of left knee"), _("left posterior knee"), ("LEG", "LEG_L")),
    Region("b_knee_r", "legs", _("back of right knee"), _("right posterior knee"), ("LEG", "LEG_R")),
    Region("b_calf_l", "legs", _("left calf or heel"), _("left calf or heel"), ("LEG", "LEG_L")),
    Region("b_calf_r", "legs", _("right calf or heel"), _("right calf or heel"), ("LEG", "LEG_R")),
    Region("b_head", "head", _("back of head"), _("occiput"), ("HEAD",)),
    Region("b_neck_l", "head", _("left back of neck"), _("left posterior neck"), ("NECK",)),
    Region("b_neck_r", "head", _("right back of neck"), _("right posterior neck"), ("NECK",)),
    Region("b_arm_upper_l", "arms", _("back of left upper arm"), _("left posterior upper arm"), ("ARM",)),
    Region("b_arm_upper_r", "arms", _("back of right upper arm"), _("right posterior upper arm"), ("ARM",)),
    Region(
        "b_arm_lower_l",
        "arms",
        _("back of left forearm or hand"),
        _("left posterior forearm or dorsum of hand"),
        ("ARM",),
    ),
    Region(
        "b_arm_lower_r",
        "arms",
        _("back of right forearm or hand"),
        _("right posterior forearm or dorsum of hand"),
        ("ARM",),
    ),
    Region("f_chest_centre", "chest", _("middle of chest"), _("central chest"), ("CHEST_FRONT", "CHEST")),
    Region("f_chest_l", "chest", _("left chest"), _("left anterior chest"), ("CHEST_FRONT", "CHEST")),
    Region("f_chest_r", "chest", _("right chest"), _("right anterior chest"), ("CHEST_FRONT", "CHEST")),
    Region("f_ribs_l", "chest", _("left lower ribs"), _("left lower ribs, anterior"), ("RIBS", "CHEST")),
    Region("f_ribs_r", "chest", _("right lower ribs"), _("right lower ribs, anterior"), ("RIBS", "CHEST")),
    Region("f_abdo_upper", "chest", _("upper belly"), _("upper abdomen"), ("ABDO_UPPER", "ABDO")),
    Region("f_side_l", "chest", _("left side of belly"), _("left lateral abdomen (flank)"), ("FLANK",)),
    Region("f_side_r", "chest", _("right side of belly"), _("right lateral abdomen (flank)"), ("FLANK",)),
    Region("f_abdo_lower", "chest", _("lower belly"), _("lower abdomen"), ("ABDO",)),
    Region("f_hip_l", "legs", _("left hip"), _("left hip, anterolateral"), ("LEG", "THIGH")),
    Region("f_hip_r", "legs", _("right hip"), _("right hip, anterolateral"), ("LEG", "THIGH")),
    Region("f_groin_l", "legs", _("left groin"), _("left groin"), ("GROIN",)),
    Region("f_groin_r", "legs", _("right groin"), _("right groin"), ("GROIN",)),
    Region(
        "f_saddle",
        "legs",
        _("between the legs (genitals, inner thighs)"),
        _("genitals, perineum or inner thighs (saddle)"),
        ("SADDLE",),
    ),
    Region(
        "f_thigh_l", "legs", _("front of left thigh"), _("left anterior thigh"), ("LEG", "THIGH", "LEG_L")
    ),
    Region(
        "f_thigh_r", "legs", _("front of right thigh"), _("right anterior thigh"), ("LEG", "THIGH", "LEG_R")
    ),
    Region("f_knee_l", "legs", _("front of left knee"), _("left anterior knee"), ("LEG",)),
    Region("f_knee_r", "legs", _("front of right knee"), _("right anterior knee"), ("LEG",)),
    Region("f_shin_l", "legs", _("left shin"), _("left shin"), ("LEG", "LEG_L")),
    Region("f_shin_r", "legs", _("right shin"), _("right shin"), ("LEG", "LEG_R")),
    Region("f_foot_l", "legs", _("left foot"), _("left foot"), ("LEG", "LEG_L")),
    Region("f_foot_r", "legs", _("right foot"), _("right foot"), ("LEG", "LEG_R")),
    Region("f_head", "head", _("face or front of head"), _("face or front of head"), ("HEAD",)),
    Region("f_jaw", "head", _("jaw"), _("jaw"), ("JAW",)),
    Region("f_neck", "head", _("front of neck"), _("anterior neck"), ("NECK",)),
    Region("f_shoulder_l", "arms", _("front of left shoulder"), _("left anterior shoulder"), ("ARM",)),
    Region("f_shoulder_r", "arms", _("front of right shoulder"), _("right anterior shoulder"), ("ARM",)),
    Region("f_arm_upper_l", "arms", _("front of left upper arm"), _("left anterior upper arm"), ("ARM",)),
    Region("f_arm_upper_r", "arms", _("front of right upper arm"), _("right anterior upper arm"), ("ARM",)),
    Region("f_arm_lower_l", "arms", _("left forearm or hand"), _("left anterior forearm or hand"), ("ARM",)),
    Region(
        "f_arm_lower_r", "arms", _("right forearm or hand"), _("right anterior forearm or hand"), ("ARM",)
    ),
)

SITE_GROUPS: dict[str, frozenset[str]] = {
    group: frozenset(region.id for region in REGIONS if group in region.groups)
    for group in dict.fromkeys(group for region in REGIONS for group in region.groups)
}
