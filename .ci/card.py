"Draws the site's small pictures with the project's own code: nbs/images/favicon.png and nbs/images/card.png"
import numpy as np
from PIL import Image
from occluded_inpaint.complete import complete
from occluded_inpaint.data import sample_image
from occluded_inpaint.masks import random_mask


def card():
    "A cat with scratches, and the same cat completed, for links in messages: 800x400"
    cat = sample_image('chelsea', 400)
    mask = random_mask(400, seed=5, kind='lines', ratio=.12)
    occluded = np.asarray(cat)*mask[..., None]
    return Image.fromarray(np.hstack([occluded, np.asarray(complete(cat, mask))]))


def favicon(side=64):
    "A blue square of which a corner is hidden"
    picture = np.full((side, side, 4), (31, 95, 139, 255), np.uint8)
    rows, columns = np.mgrid[:side, :side]/side
    picture[(rows < .5) & (columns > .5)] = (0, 0, 0, 255)
    picture[(rows - .75)**2 + (columns - .25)**2 < .03] = (255, 255, 255, 255)
    return Image.fromarray(picture)


if __name__ == '__main__':
    card().quantize(128).save('nbs/images/card.png', optimize=True)
    favicon().save('nbs/images/favicon.png', optimize=True)
