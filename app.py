"The app, `streamlit run app.py`: a photo with a hole in, a completed photo out"
import logging
import tempfile
import warnings
from pathlib import Path

import streamlit as st

from occluded_inpaint.complete import complete, model_names
from occluded_inpaint.data import IMAGE_SUFFIXES, InputError, open_image, to_rgb, write_image

TYPES = [o[1:] for o in IMAGE_SUFFIXES]


@st.cache_data(max_entries=4, show_spinner="Completing the photo ...")
def completed(photo, mask, **options):
    "The completion as a PNG file of full size, and what is to be said about it"
    said = []
    with warnings.catch_warnings(record=True) as caught, tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("always", UserWarning)
        result = complete(photo, mask and open_image(mask), report=said.append, **options)
        data = write_image(result, Path(folder)/"completed.png").read_bytes()
    return data, said, [str(o.message) for o in caught if o.category.__module__.startswith("occluded_inpaint")]


def preview(file, side=1600):
    "A copy for the screen, so that a large photo need not travel there"
    image = to_rgb(open_image(file))
    image.thumbnail((side, side))
    return image


def controls():
    "What the user chose: photo, mask, options"
    photo = st.file_uploader("Photo", TYPES)
    mask = st.file_uploader("Mask of the same size (without one, the hole is looked for in the photo)", TYPES)
    hole = st.radio("In the mask, the hole is", ["black", "white"], horizontal=True, disabled=mask is None)
    grow = st.slider("Enlarge the hole by pixels", 0, 20, 0 if mask else 4)
    return photo, mask, dict(model=st.selectbox("Model", sorted(model_names(ready=True), key=lambda o: o != "pconv_unet")), hole=hole, grow=grow)


def show(photo, mask, options):
    "Photo and completion side by side, and the file to take home"
    before, after = st.columns(2)
    before.image(preview(photo), "photo")
    data, said, notes = completed(photo, mask, **options)
    for note in notes: st.warning(note[:1].upper() + note[1:])
    with tempfile.NamedTemporaryFile(suffix=".png") as f:
        Path(f.name).write_bytes(data)
        after.image(preview(f.name), "completed" + (f" ({'; '.join(said)})" if said else ""))
    after.download_button("Download in full size", data, f"{Path(photo.name).stem}-completed.png", "image/png", on_click="ignore")


st.set_page_config("Complete a photo", layout="wide")
st.title("Complete a photo")
with st.sidebar: chosen = controls()
if chosen[0] is None: st.info("Give a photo on the left. The hole may be a black square, a transparent part, or what a mask marks.")
else:
    try: show(*chosen)
    except InputError as e: st.error(str(e))
    except Exception:
        logging.exception("the photo could not be completed")
        st.error("The photo could not be completed. The terminal that runs the app says more.")
