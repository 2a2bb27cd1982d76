"""How far scores of ONNX are from the app's, on photos of VOC.

python -m tests.benchmarks.bench_classifier_export [--photos 200] [--views paper]
    [--encoder local-dir:FOLDER]
A project of all photos is scored, refined and exported; then the graph is given the pixels that the
app decodes.  Needs the extra cdul-app[onnx].
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

import cdul_app
from cdul_app.method.view_presets import VIEW_PRESETS
from cdul_app.models.classifier.classifier_files import load_classifier
from cdul_app.models.classifier.onnx_check import scores_of
from cdul_app.models.classifier.onnx_classifier import load_onnx_classifier
from cdul_app.models.classifier.onnx_files import write_onnx
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.photos.decoding import decode_photo
from tests.benchmarks.quality.sources import SHARED

VOC = SHARED / "data" / "photos-voc"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--views", nargs="+", choices=tuple(VIEW_PRESETS), default=["paper"])
    parser.add_argument("--encoder", default=f"local-dir:{SHARED / 'models' / 'photo-clip'}")
    arguments = parser.parse_args()
    encoder = load_encoder(arguments.encoder, device=torch.device("cpu"))
    for views in arguments.views:
        with tempfile.TemporaryDirectory() as work:
            folder = shutil.copytree(VOC / "images", Path(work) / "photos")
            with cdul_app.open(folder) as project:
                project.set_classes((VOC / "classes.txt").read_text(encoding="utf-8"))
                project.score(encoder=arguments.encoder, views=views, device="cpu")
                classifier = load_classifier(
                    project.train(device="cpu"), device=torch.device("cpu")
                )
            file = Path(work) / "classifier.onnx"
            write_onnx(classifier, encoder, file)
            exported = load_onnx_classifier(file)
            photos = sorted(each for each in folder.iterdir() if each.is_file())
            images = [
                decode_photo(photo, smallest=exported.smallest_photo)
                for photo in photos[: arguments.photos]
            ]
            begun = time.process_time()
            expected = scores_of(classifier, encoder, images)
            middle = time.process_time()
            found = np.concatenate([exported.scores(np.asarray(each)[None]) for each in images])
            ended = time.process_time()
            labels, by_onnx = (scores >= classifier.thresholds for scores in (expected, found))
            differences = np.abs(found - expected)
            differing = f"{int((labels != by_onnx).sum())} of {int(labels.sum())} labels"
            share = (ended - middle) / (middle - begun)
            print(
                f"{views}: {len(images)} photos, scores differ by {differences.mean():.1e}, "
                f"at most {differences.max():.1e}, {differing}; processor time {share:.2f} of the "
                f"app's; {file.stat().st_size / 1e6:.0f} MB"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
