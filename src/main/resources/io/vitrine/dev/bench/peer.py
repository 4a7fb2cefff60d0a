"""Features of a folder of JPEGs by transformers, as a person would write it: Pillow in workers, fp16 on the GPU.

Prints one line of JSON: images, seconds and CPU seconds of this process and its workers, and the versions. With --check it only
prints what is missing, or nothing.
"""

import argparse
import json
import os
import resource
import sys
import time


def missing(device):
    try:
        import PIL
        import torch
        import transformers
    except ImportError as error:
        return f"{sys.executable} has no {error.name}"
    if device == "cuda" and not torch.cuda.is_available():
        return f"torch {torch.__version__} finds no GPU"
    return ""


def cpu_seconds():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--model")
    parser.add_argument("--images")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--device", default="cuda")
    arguments = parser.parse_args()
    reason = missing(arguments.device)
    if arguments.check or reason:
        print(reason)
        return
    import numpy
    import PIL
    import torch
    import transformers
    from PIL import Image

    class Pictures(torch.utils.data.Dataset):
        def __init__(self, folder, side):
            self.side = side
            self.paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]

        def __len__(self):
            return len(self.paths)

        def __getitem__(self, index):
            with Image.open(self.paths[index]) as image:
                small = image.convert("RGB").resize((self.side, self.side), Image.Resampling.BILINEAR)
            return torch.from_numpy(numpy.asarray(small).copy())

    device = torch.device(arguments.device)
    kind = torch.float16 if device.type == "cuda" else torch.float32
    torch.set_num_threads(1 if device.type == "cuda" else torch.get_num_threads())
    model = transformers.AutoModel.from_pretrained(arguments.model).to(device, kind).eval()
    loader = torch.utils.data.DataLoader(
        Pictures(arguments.images, model.config.image_size), batch_size=arguments.batch, num_workers=arguments.workers,
        pin_memory=device.type == "cuda", prefetch_factor=4 if arguments.workers else None)
    side = model.config.image_size
    images = 0
    with torch.inference_mode():
        model(pixel_values=torch.zeros(arguments.batch, 3, side, side, device=device, dtype=kind)).pooler_output.cpu()
        start, begun = time.monotonic(), cpu_seconds()  # the device is started; the workers start and decode from here on
        for batch in loader:
            pixels = batch.to(device, non_blocking=True).permute(0, 3, 1, 2).to(kind).div(127.5).sub(1)
            images += len(model(pixel_values=pixels).pooler_output.float().cpu().numpy())
    if not images:
        sys.exit(f"{arguments.images} holds no images")
    seconds = time.monotonic() - start
    del loader  # its workers end, and count
    print(json.dumps({
        "images": images, "seconds": seconds, "cpu_seconds": cpu_seconds() - begun, "torch": torch.__version__,
        "transformers": transformers.__version__, "pillow": PIL.__version__}))


if __name__ == "__main__":
    main()
