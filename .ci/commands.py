"Do the commands in guides, README and chapters have the options that they are shown with, and do the Python examples of guides run?"
import os, re, shlex, subprocess, sys, tempfile
from configparser import ConfigParser
from pathlib import Path

GUIDES = sorted(Path('nbs/guides').glob('*.qmd'))
PAGES = [Path('README.md'), Path('nbs/deploy.qmd'), *GUIDES]
COMMANDS = ('inpaint', 'inpaint_train', 'inpaint_eval', 'inpaint_bench', 'inpaint_app')


def blocks(text, language):
    "Blocks of code of a page"
    return re.findall(rf'^```{language}\n(.*?)^```', text, re.M | re.S)


def shown(pages=PAGES):
    "(page, words) of each line that begins with one of our commands"
    found = []
    for page in pages:
        for block in blocks(page.read_text(encoding='utf-8'), 'sh'):
            lines = block.replace('\\\n', ' ').splitlines()
            commands = [shlex.split(line, comments=True) for line in lines]
            found += [(page, words) for words in commands if words and words[0] in COMMANDS]
    return found


def options(command):
    "The options that a command has, as its --help says"
    parser = ConfigParser(delimiters=['='])
    parser.read('settings.ini', encoding='utf-8')
    module, function = re.search(rf'\b{command}=([\w.]+):(\w+)', parser['DEFAULT']['console_scripts']).groups()
    script = f'import sys\nfrom {module} import {function}\nsys.argv = [{command!r}, "--help"]\n{function}()\n'
    with tempfile.TemporaryDirectory() as tmp: # as an installed command does it
        Path(tmp, command).write_text(script)
        env = os.environ | dict(PYTHONPATH=os.getcwd())
        told = subprocess.run([sys.executable, Path(tmp, command)], capture_output=True, text=True, check=True, env=env).stdout
    return set(re.findall(r'--[\w-]+', told)) | (of_streamlit() if command == 'inpaint_app' else set())


def of_streamlit():
    "Options that `inpaint_app` hands on, as --server.address"
    from streamlit.config import get_config_options
    return {f'--{name}' for name in get_config_options()}


def unknown(pages=PAGES):
    "Sentences about options that are shown and do not exist"
    found = shown(pages)
    known = {command: options(command) for command in {words[0] for _, words in found}}
    faults = []
    for page, words in found:
        for word in words[1:]:
            if word.startswith('--') and word.split('=')[0] not in known[words[0]]: faults.append(f'{page}: {words[0]} has no {word}')
    return faults


def failing(pages=GUIDES):
    "Sentences about Python examples that fail or print something else than their page says; those of a page run together"
    faults = []
    env = os.environ | dict(PYTHONPATH=os.getcwd(), PYTHONWARNINGS='ignore')
    for page in pages:
        text = page.read_text(encoding='utf-8')
        code = '\n'.join(blocks(text, 'python'))
        if not code: continue
        with tempfile.TemporaryDirectory() as tmp:
            done = subprocess.run([sys.executable, '-c', code], cwd=tmp, env=env, capture_output=True, text=True)
        if done.returncode: faults.append(f'{page}: {done.stderr.strip().splitlines()[-1]}')
        for output in blocks(text, 'text'):
            if output not in done.stdout: faults.append(f'{page} says that its example prints\n{output}and it prints\n{done.stdout}')
    return faults


if __name__ == '__main__':
    faults = unknown() + failing()
    for fault in faults: print(fault)
    print(f'{len(shown())} commands looked at, {len(faults)} faults')
    sys.exit(bool(faults))
