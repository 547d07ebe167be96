"Opens notebooks as somebody with the package and without a clone does: each alone in an empty folder, without nbdev."
import argparse, json, os, resource, shutil, subprocess, sys, tempfile, time
from pathlib import Path

CHAPTERS = ('00_data', '01_masks', '02_pixelrnn', '03_pconv_unet', '04_losses', '05_train', '06_complete', '07_eval', '08_ui')
SKIPPED = {'slow', 'cuda', 'network', 'browser', 'eval:false'}


def directives(source):
    "The `#|` lines of a cell, without blanks"
    lines = source.lstrip().splitlines()
    return {line.removeprefix('#|').replace(' ', '').lower() for line in lines if line.startswith('#|')}


def cells(notebook):
    "Sources of the code cells that need neither hours, a GPU, a network nor a browser"
    found = json.loads(Path(notebook).read_text(encoding='utf-8'))['cells']
    sources = [''.join(cell['source']) for cell in found if cell['cell_type'] == 'code']
    return [source for source in sources if not directives(source) & SKIPPED]


def execute(notebook):
    "Runs the cells in this process; its status"
    sys.modules['nbdev'] = None # as if it were not installed
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell.instance(colors='nocolor')
    for source in cells(notebook):
        if not shell.run_cell(source).success:
            print(f'--- the cell that failed:\n{source}', file=sys.stderr)
            return 1
    return 0


def processor_seconds():
    "What the processes that this one started have used, and that are over"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def alone(name, package='occluded_inpaint'):
    "Runs a notebook of `nbs` in an empty folder with nothing but the package; (status, seconds, those of processors, output)"
    with tempfile.TemporaryDirectory() as tmp:
        home, site = Path(tmp, 'empty'), Path(tmp, 'site')
        home.mkdir()
        site.mkdir()
        (site/package).symlink_to(Path(package).resolve())
        shutil.copy(f'nbs/{name}.ipynb', home)
        env = os.environ | dict(PYTHONPATH=str(site), MPLBACKEND='agg')
        start, used = time.monotonic(), processor_seconds()
        command = [sys.executable, Path(__file__).resolve(), '--inside', f'{name}.ipynb']
        done = subprocess.run(command, cwd=home, env=env, capture_output=True, text=True)
        spent = time.monotonic() - start, processor_seconds() - used
        return done.returncode, *spent, done.stdout + done.stderr


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('names', nargs='*', default=CHAPTERS, help='notebooks of nbs, without .ipynb; default: the nine chapters')
    p.add_argument('--inside', help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.inside: sys.exit(execute(args.inside))
    failed = []
    for name in args.names:
        status, seconds, used, output = alone(name)
        verdict = 'failed' if status else 'passed'
        print(f'{name}: {verdict} in {seconds:.0f} seconds, {used:.0f} of processors', flush=True)
        if status:
            failed.append(name)
            print('\n'.join(output.strip().splitlines()[-40:]))
    if failed: sys.exit(f'FAILED: {", ".join(failed)}')


if __name__ == '__main__': main()
