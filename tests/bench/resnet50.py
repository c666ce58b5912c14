"""Writes a ResNet-50 without its classification head as an ONNX file, with random weights.

The shape is that of torchvision's resnet50 (stride in the 3 x 3 convolution), the last layer the
global average: [n, 3, 224, 224] -> [n, 2048]. Batch norms are folded by the runtime, as those of
published weights are. Needs Debian's python3-torch only.
"""

import sys

import torch
from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.body = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Identity() if stride == 1 and inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet50():
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
              nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for stage, blocks in enumerate([3, 4, 6, 3]):
        width = 64 << stage
        for block in range(blocks):
            layers.append(Bottleneck(inputs, width, 2 if block == 0 and stage > 0 else 1))
            inputs = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def main(file):
    torch.manual_seed(1)
    torch.onnx.export(
        resnet50().eval(), torch.zeros(1, 3, 224, 224), file, opset_version=13,
        input_names=["input"], output_names=["embedding"],
        dynamic_axes={"input": {0: "n"}, "embedding": {0: "n"}})
    with open(file[: -len(".onnx")] + ".yaml", "w") as yaml:
        yaml.write("resize: 256\ncrop: 224\nmean: [0.485, 0.456, 0.406]\nstd: [0.229, 0.224, 0.225]\n"
                   "interpolation: bilinear\nlayout: nchw\ninput: input\noutput: embedding\n")


if __name__ == "__main__":
    main(sys.argv[1])
