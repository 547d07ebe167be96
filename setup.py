"Build settings come from settings.ini, which nbdev reads too."
from configparser import ConfigParser
from setuptools import setup

cfg = ConfigParser(delimiters=['='])
cfg.read('settings.ini', encoding='utf-8')
cfg = cfg['DEFAULT']
setup(version=cfg['version'], description=cfg['description'], install_requires=cfg['requirements'].split(),
      extras_require={o: cfg[f'{o}_requirements'].split() for o in ('app', 'data', 'metrics', 'notebook', 'ray', 'tensorboard', 'dev')},
      entry_points={'console_scripts': cfg['console_scripts'].split(),
                    'nbdev': [f"{cfg['lib_name']}={cfg['lib_path']}._modidx:d"]})
