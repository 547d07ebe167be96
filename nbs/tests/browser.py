"Real Chromium for cells flagged `#| browser`. Not part of the package: notebooks import it from their own folder."
import ctypes, os, shutil, signal, socket, subprocess, sys, time, urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update
           --disable-sync""".split()


def chromium():
    "Path of the browser: the environment variable CHROMIUM, or what the system has. Where there is none, a sentence on what to install"
    wanted = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, [wanted] if wanted else ["chromium", "chromium-browser", "google-chrome"])), None)
    if found: return found
    raise RuntimeError(f"{wanted or 'Chromium'} is missing: install it (Debian: apt-get install chromium), or put its path in the variable CHROMIUM")


class Browser:
    "Chromium in a thread of its own: Playwright's plain interface refuses to run where a notebook has its event loop"
    def __init__(self):
        self.thread = ThreadPoolExecutor(1)
        self.thread.submit(self._start).result()

    def _start(self):
        path = chromium()
        try: from playwright.sync_api import sync_playwright
        except ImportError: raise RuntimeError("Playwright is missing: pip install playwright") from None
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(executable_path=path, args=FLAGS)

    def run(self, test, *args, **options):
        "What `test(page, *args)` returns; options of `open_page`"
        def work():
            with open_page(self.chromium, **options) as page: return test(page, *args)
        return self.thread.submit(work).result()

    def close(self):
        self.thread.submit(self.chromium.close).result()
        self.thread.submit(self.playwright.stop).result()
        self.thread.shutdown()


@contextmanager
def open_page(browser, width=1280, height=900, phone=False, dark=False, scale=1, allow=()):
    "A page in a context of its own. At the end errors of scripts and in the console fail, except those that contain one of `allow`"
    context = browser.new_context(viewport=dict(width=width, height=height), has_touch=phone, is_mobile=phone, device_scale_factor=scale,
                                  color_scheme="dark" if dark else "light", accept_downloads=True)
    page, errors = context.new_page(), []
    page.set_default_timeout(15000)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(f"{m.text} {m.location['url']}") if m.type == "error" else None)
    try:
        yield page
        errors = [e for e in errors if not any(o in e for o in allow)]
        assert not errors, errors
    finally: context.close()


def drag(page, locator, *stops, button="left", steps=6):
    "Drag the mouse from stop to stop, each (x,y) in pixels from the locator's corner"
    box = locator.bounding_box()
    stops = [(box["x"] + x, box["y"] + y) for x, y in stops]
    page.mouse.move(*stops[0])
    page.mouse.down(button=button)
    for o in stops[1:]: page.mouse.move(*o, steps=steps)
    page.mouse.up(button=button)


def touch(page, locator, *moments, end="touchEnd"):
    "Fingers on the screen: each moment is a list of places (x,y), one per finger, in pixels from the locator's corner"
    box, cdp = locator.bounding_box(), page.context.new_cdp_session(page)
    before = 0
    for places in moments:
        points = [dict(x=box["x"] + x, y=box["y"] + y, id=i) for i, (x, y) in enumerate(places)]
        cdp.send("Input.dispatchTouchEvent", dict(type="touchStart" if len(points) > before else "touchMove", touchPoints=points))
        before = len(points)
    cdp.send("Input.dispatchTouchEvent", dict(type=end, touchPoints=[]))


def free_port():
    "A TCP port that nothing listens on"
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _end_with_parent():
    "Linux: the server gets a signal when the notebook's process ends, however it ends"
    if sys.platform == "linux": ctypes.CDLL(None).prctl(1, signal.SIGTERM)   # PR_SET_PDEATHSIG


@contextmanager
def server(command, url, seconds=60, **options):
    "Run `command` until the end of the block, which starts when `url` answers; options of `subprocess.Popen`"
    options = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) | options
    process = subprocess.Popen(list(map(str, command)), start_new_session=True, preexec_fn=_end_with_parent, **options)
    try:
        _wait(process, url, time.time() + seconds)
        yield process
    finally:
        try: os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError: pass
        process.wait(20)


def _wait(process, url, end):
    while True:
        if process.poll() is not None: raise RuntimeError(f"{process.args[0]} ended with status {process.returncode} before {url} answered")
        try: return urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            if time.time() > end: raise RuntimeError(f"{url} did not answer in time") from None
        time.sleep(.2)


_WATCH = """
import re, select, sys, time, urllib.request
memory = slowest = 0
while not select.select([sys.stdin], [], [], .25)[0]:
    memory = max(memory, int(re.search(r"VmRSS:\\s+(\\d+)", open(f"/proc/{sys.argv[1]}/status").read())[1])/2**20)
    start = time.perf_counter()
    urllib.request.urlopen(sys.argv[2], timeout=30).close()
    slowest = max(slowest, time.perf_counter() - start)
print(memory, slowest)
"""


@contextmanager
def watch(process, url):
    "A list that holds, after the block, the most memory of `process` in GB and the longest time that `url` took, in seconds; looked at 4 times a second"
    found = []
    with subprocess.Popen([sys.executable, "-c", _WATCH, str(process.pid), url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as watcher:
        yield found   # a process of its own: this one is busy with the browser
        found += map(float, watcher.communicate("")[0].split())
