"The app: `streamlit run app.py`. All of it is in nbs/08e_page.ipynb"
from occluded_inpaint.page import page

page()
