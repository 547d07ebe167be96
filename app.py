"The app: `streamlit run app.py`. All of it is in nbs/08b_page.ipynb"
from occluded_inpaint.page import page

page()
