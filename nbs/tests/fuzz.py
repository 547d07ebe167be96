"Photos, masks and weights with damage, one after the other: what becomes of each is a line of JSON. See fuzz.ipynb."
import argparse, io, json, random, resource, struct, sys, tempfile, time, warnings, zlib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, features
from occluded_inpaint.complete import complete
from occluded_inpaint.data import sample_image
from occluded_inpaint.files import InputError, open_image
from occluded_inpaint.masks import read_mask
from occluded_inpaint.writing import natural_suffix, write_image

SIZE = 64, 48
EXTREMES = [bytes(8), b'\xff'*8, b'\x7f' + b'\xff'*7, b'\x80' + bytes(7), b'\xff\xff\xff\x7f'*2, b'\0\0\0\x80'*2, b'\0\0\0\1'*2,
            struct.pack('<II', 9000, 8800), struct.pack('>II', 9000, 8800), struct.pack('<HH', 40000, 1900)*2, struct.pack('>HH', 1900, 40000)*2]


def saved(image, format, **options):
    "The bytes of a file"
    file = io.BytesIO()
    image.copy().save(file, format, **options) # a copy: a writer leaves its settings behind
    return file.getvalue()


def photos():
    "Sound files of many kinds, by name"
    photo = sample_image('chelsea').resize(SIZE)
    grey, glass = photo.convert('L'), photo.convert('RGBA')
    glass.putalpha(Image.linear_gradient('L').resize(SIZE))
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16)*257)
    exif = Image.Exif()
    exif[274], exif[271], exif.get_ifd(34665)[36867] = 6, 'Maker', '1962:05:01 10:00:00'
    beside = dict(dpi=(300, 300), icc_profile=bytes(200))
    colour16 = cv2.resize(np.asarray(photo).astype(np.uint16)*257, SIZE)
    found = {
        'rgb.png': saved(photo, 'PNG', exif=exif, **beside), 'rgba.png': saved(glass, 'PNG'), 'palette.png': saved(photo.quantize(), 'PNG', transparency=3),
        'grey.png': saved(grey, 'PNG'), 'bit.png': saved(photo.convert('1'), 'PNG'), 'deep.png': saved(deep, 'PNG'),
        'colour16.png': cv2.imencode('.png', colour16)[1].tobytes(), 'colour16.tif': cv2.imencode('.tif', colour16)[1].tobytes(),
        'phone.jpg': saved(photo, 'JPEG', exif=exif, **beside), 'progressive.jpg': saved(photo, 'JPEG', progressive=True), 'inks.jpg': saved(photo.convert('CMYK'), 'JPEG'),
        'raw.tif': saved(photo, 'TIFF', exif=exif, **beside), 'lzw.tif': saved(photo, 'TIFF', compression='tiff_lzw'), 'deflate.tif': saved(glass, 'TIFF', compression='tiff_adobe_deflate'),
        'floats.tif': saved(grey.convert('F'), 'TIFF'), 'deep.tif': saved(deep, 'TIFF', compression='tiff_lzw'), 'jpeg.tif': saved(photo, 'TIFF', compression='jpeg'),
        'pages.tif': saved(photo, 'TIFF', save_all=True, append_images=[grey]), 'fax.tif': saved(photo.convert('1'), 'TIFF', compression='group4'),
        'lossy.webp': saved(photo, 'WEBP', exif=exif), 'lossless.webp': saved(glass, 'WEBP', lossless=True), 'frames.webp': saved(photo, 'WEBP', save_all=True, append_images=[grey]),
        'still.gif': saved(photo.quantize(), 'GIF'), 'frames.gif': saved(photo.quantize(), 'GIF', save_all=True, append_images=[grey]),
        'rgb.bmp': saved(photo, 'BMP'), 'palette.bmp': saved(photo.quantize(), 'BMP'), 'rgb.ppm': saved(photo, 'PPM'), 'grey.pgm': saved(grey, 'PPM')}
    if features.check('avif'): found['rgb.avif'] = saved(photo, 'AVIF')
    return found


def masks():
    "Sound masks of many kinds, by name"
    hole = np.full(SIZE[::-1], 255, np.uint8)
    hole[20:30, 20:40] = 0
    image = Image.fromarray(hole)
    layer = Image.merge('RGBA', [image]*3 + [Image.fromarray(255 - hole)])
    return {'mask.png': saved(image, 'PNG'), 'bit.png': saved(image.convert('1'), 'PNG'), 'layer.png': saved(layer, 'PNG'), 'mask.jpg': saved(image, 'JPEG'),
            'mask.gif': saved(image, 'GIF'), 'mask.bmp': saved(image, 'BMP'), 'deep.png': saved(Image.fromarray(hole.astype(np.uint16)//255), 'PNG'),
            'floats.tif': saved(image.convert('F'), 'TIFF'), 'mask.webp': saved(image.convert('RGB'), 'WEBP', lossless=True)}


def weights():
    "Sound weights of a small U-Net and of a small PixelRNN, by name of the model"
    import torch
    from safetensors.torch import save
    from occluded_inpaint.heads import HEADS # noqa: F401 (it registers the other heads)
    from occluded_inpaint.hybrid import PixelRNN
    from occluded_inpaint.pconv_unet import PConvUNet
    torch.manual_seed(0)
    net = PixelRNN('gated', levels=8, nf=6, n_layers=2, head='logistic', context=True)
    return {'pconv_unet': save(PConvUNet(2).state_dict()), 'gated_pixelcnn': save(net.state_dict(), dict(network=json.dumps(net.args), size='32'))}


def at(rng, data, head=.7):
    "A place in a file, mostly in its head"
    return rng.randrange(min(len(data), 400) if rng.random() < head else len(data))


def flip(rng, data, others):
    "Some bytes changed"
    data = bytearray(data)
    for _ in range(rng.choice((1, 2, 4, 16))): data[at(rng, data)] ^= 1 << rng.randrange(8)
    return bytes(data)


def cut(rng, data, others):
    "Truncated, or a stretch taken out"
    start = rng.randrange(len(data))
    return data[:start] if rng.random() < .5 else data[:start] + data[start + rng.randrange(1, 200):]


def splice(rng, data, others):
    "The head of one file and the rest of another"
    return data[:at(rng, data)] + (other := others[rng.randrange(len(others))])[at(rng, other):]


def extreme(rng, data, others):
    "The largest and smallest numbers, written over a place in the head"
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        number, place = rng.choice(EXTREMES)[:rng.choice((1, 2, 4, 8))], at(rng, data, .9)
        data[place:place + len(number)] = number
    return bytes(data)


def digits(rng, data, others):
    "Other numbers where numbers are written out, as in the head of weights and of PPM"
    text = bytearray(data)
    places = [i for i, byte in enumerate(text[:4000]) if 48 <= byte <= 57]
    if not places: return flip(rng, data, others)
    for _ in range(rng.choice((1, 1, 3))): text[rng.choice(places)] = rng.choice(b'0123456789-.e')
    return bytes(text)


def repeat(rng, data, others):
    "A stretch of the file twice"
    start = at(rng, data)
    return data[:start] + data[start:start + rng.randrange(1, 300)]*2 + data[start:]


def enlarge(rng, data, others):
    "Another size in the head, where there is one: often just within the limit of 80 megapixels"
    w, h = rng.choice(((9000, 8800), (8800, 9000), (80_000, 990), (65_000, 1200), (1, 65_000), (0, 48), (2**31 - 1, 2), (300, 200), (64, 49)))
    data = bytearray(data)
    for i in range(min(len(data) - 8, 600)):
        for order in '<>':
            for kind in 'IH':
                old = struct.pack(f'{order}2{kind}', *SIZE), struct.pack(f'{order}2{kind}', *SIZE[::-1])
                if bytes(data[i:i + len(old[0])]) not in old: continue
                most = 2**(8*struct.calcsize(kind)) - 1
                data[i:i + len(old[0])] = struct.pack(f'{order}2{kind}', min(w, most), min(h, most))
    for i in range(8, min(len(data) - 12, 600)): # width and height as fields of a TIFF, each an entry of 12 bytes
        for order in '<>':
            for tag, value in ((256, w), (257, h)):
                if bytes(data[i:i + 2]) == struct.pack(f'{order}H', tag) and bytes(data[i + 4:i + 8]) == struct.pack(f'{order}I', 1):
                    data[i + 2:i + 4], data[i + 8:i + 12] = struct.pack(f'{order}H', 4), struct.pack(f'{order}I', value)
    return bytes(data)


def mend(data):
    "A PNG whose checksums fit again, so that damage goes deeper; other files as they are"
    if data[:8] != b'\x89PNG\r\n\x1a\n': return data
    out, place = bytearray(data), 8
    while place + 12 <= len(out):
        n = int.from_bytes(out[place:place + 4], 'big')
        if place + 12 + n > len(out): break
        out[place + 8 + n:place + 12 + n] = struct.pack('>I', zlib.crc32(out[place + 4:place + 8 + n]))
        place += 12 + n
    return bytes(out)


MUTATIONS = [flip, cut, splice, extreme, digits, repeat, enlarge]


def case(kind, i, sound):
    "Case number `i`: what it is, and the damaged file"
    rng = random.Random(f'{kind} {i}')
    name = list(sound)[i % len(sound)]
    data, names = sound[name], []
    for _ in range(rng.choice((1, 1, 1, 2))):
        change = rng.choice(MUTATIONS)
        names.append(change.__name__)
        data = change(rng, data, list(sound.values())) or b'x'
    return f"{name}: {', '.join(names)}", mend(data) if rng.random() < .5 else data


def try_photo(name, data, folder):
    "Open a photo; complete and write it if it is not very large, which is sound and takes long"
    path = folder/name
    path.write_bytes(data)
    image = open_image(path)
    if image.width*image.height > 4e6: return
    hole = np.ones(image.size[::-1], np.uint8)
    hole[hole.shape[0]//3:, hole.shape[1]//3:][:10, :10] = 0
    if not hole.any(): return
    done = complete(image, hole, 'telea')
    write_image(done, (folder/'done.png').with_suffix(natural_suffix(done)), overwrite=True)


def try_mask(name, data, folder):
    "Read a mask for a photo"
    path = folder/name
    path.write_bytes(data)
    read_mask(path, SIZE)


def try_weights(name, data, folder):
    "Load a network, and let it run"
    from occluded_inpaint.weights import _load_net
    path = folder/f'{name}.safetensors'
    path.write_bytes(data)
    _load_net.cache_clear()
    complete(sample_image('chelsea', 64), np.pad(np.zeros((9, 9), np.uint8), ((20, 35), (30, 25)), constant_values=1), name, weights=path)


KINDS = dict(photo=(photos, try_photo), mask=(masks, try_mask), weights=(weights, try_weights))


def outcome(attempt, name, data, folder):
    "What became of one file: completed, refused, or what went wrong"
    try: attempt(name, data, folder)
    except InputError as e: return 'refused' if str(e).strip() else 'FAILED: an InputError without words'
    except BaseException as e: return f"FAILED: {type(e).__name__}: {' '.join(str(e).split())[:200]}"
    return 'completed'


def most_memory():
    "The most memory of this process so far in MB; `ru_maxrss` would count the process that started it, too"
    status = Path('/proc/self/status')
    if not status.exists(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024
    return next(int(line.split()[1])//1024 for line in status.read_text().splitlines() if line.startswith('VmHWM'))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('kind', choices=KINDS)
    parser.add_argument('first', type=int)
    parser.add_argument('end', type=int)
    args = parser.parse_args()
    make, attempt = KINDS[args.kind]
    warnings.simplefilter('ignore')
    sound = make()
    with tempfile.TemporaryDirectory() as folder:
        if args.kind == 'weights': outcome(attempt, 'gated_pixelcnn', sound['gated_pixelcnn'], Path(folder))   # what PyTorch does once is not counted
        for i in range(args.first, args.end):
            what, data = case(args.kind, i, sound)
            print(json.dumps(dict(case=i, what=what)), flush=True)
            start = time.process_time()
            became = outcome(attempt, what.split(':')[0], data, Path(folder))
            memory = most_memory()
            print(json.dumps(dict(case=i, what=what, outcome=became, seconds=round(time.process_time() - start, 3), memory=memory)), flush=True)


if __name__ == '__main__': sys.exit(main())
