"""Every red flag, in clinical groups. Safety: change nothing here without clinical review.

Of several rules of one urgency in a group the first here is printed.
"""

from intake.red_flags.model import RedFlag
from intake.red_flags.rules import (
    abdomen,
    adrenal,
    aorta,
    cancer,
    cauda_equina,
    child,
    cord,
    fracture,
    general,
    head_and_neck,
    heart,
    infection,
    inflammatory,
    kidney,
    lungs,
    medicines,
    mood,
    pregnancy,
    sickle_cell,
    skin,
)

RED_FLAGS: tuple[RedFlag, ...] = (
    *general.RULES,
    *heart.RULES,
    *aorta.RULES,
    *lungs.RULES,
    *cauda_equina.RULES,
    *cord.RULES,
    *head_and_neck.RULES,
    *cancer.RULES,
    *infection.RULES,
    *fracture.RULES,
    *kidney.RULES,
    *abdomen.RULES,
    *adrenal.RULES,
    *sickle_cell.RULES,
    *skin.RULES,
    *pregnancy.RULES,
    *child.RULES,
    *inflammatory.RULES,
    *medicines.RULES,
    *mood.RULES,
)
