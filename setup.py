"Build settings come from settings.ini, which nbdev reads too."
import re
from configparser import ConfigParser
from pathlib import Path
from setuptools import setup

cfg = ConfigParser(delimiters=['='])
cfg.read('settings.ini', encoding='utf-8')
cfg = cfg['DEFAULT']
EXTRAS = ('app', 'data', 'hub', 'metrics', 'notebook', 'ray', 'tensorboard', 'dev')


def readme():
    "README.md for the package index, which has none of the files that its links mean"
    raw = cfg['git_url'].replace('github.com', 'raw.githubusercontent.com') + f"/{cfg['branch']}/"
    page = cfg['git_url'] + f"/blob/{cfg['branch']}/"
    path = Path('README.md')
    text = path.read_text(encoding='utf-8') if path.exists() else '' # an image of the app is built without it
    text = re.sub(r'(!\[[^\]]*\]\(|<(?:img|source)[^>]*\ssrc(?:set)?=")(?![a-z]+:|[/#])', rf'\g<1>{raw}', text)
    return re.sub(r'((?<!!)\[(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*\]\()(?![a-z]+:|[/#])', rf'\g<1>{page}', text)


setup(version=cfg['version'], description=cfg['description'], install_requires=cfg['requirements'].split(),
      long_description=readme(), long_description_content_type='text/markdown',
      extras_require={o: cfg[f'{o}_requirements'].split() for o in EXTRAS},
      entry_points={'console_scripts': cfg['console_scripts'].split(),
                    'nbdev': [f"{cfg['lib_name']}={cfg['lib_path']}._modidx:d"]})
