"""The network: uint8 windows in, with auxiliary values or without, class logits, log pole and embedding out."""

import torch
import torch.nn.functional as F
from torch import nn

PARAMETERS = {1: 312_614, 2: 314_918}  # by feature schema
EMBEDDING = 64


def block(inputs, outputs, dilation=1):
    """3×3 convolution (no bias: batch norm has one), batch norm, ReLU; the size stays."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Net(nn.Module):
    """forward(image uint8 [N,64,64,3], aux float32 [N,aux]) → (logits [N,classes], log_pole [N], embedding [N,64]).

    aux is left out where the network was made without.
    """

    def __init__(self, classes, aux=0):
        super().__init__()
        self.trunk = nn.Sequential(
            block(3, 32),
            block(32, 32),
            nn.MaxPool2d(2),
            block(32, 64),
            block(64, 64),
            nn.MaxPool2d(2),
            block(64, 128, dilation=2),
            block(128, 128, dilation=2),
        )
        self.hidden = nn.Linear(128 + aux, 128)
        self.dropout = nn.Dropout(0.2)
        self.embedding = nn.Linear(128, EMBEDDING)
        self.classes = nn.Linear(EMBEDDING, classes)
        self.pole = nn.Linear(EMBEDDING, 1)

    def forward(self, image, aux=None):
        # rows of pixels are stored channels last already: the permuted view is what the convolutions like best
        x = (image.permute(0, 3, 1, 2).float() / 255 - 0.25) / 0.5
        x = self.trunk(x).mean((2, 3))
        if aux is not None:
            x = torch.cat([x, aux], 1)
        embedding = self.embedding(self.dropout(F.relu(self.hidden(x))))
        return self.classes(embedding), self.pole(embedding).squeeze(1), embedding
