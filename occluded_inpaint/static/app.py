from occluded_inpaint.page import page

page()
