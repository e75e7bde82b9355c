"""What every network of ours is made with. Networks take whole-numbered pixels."""

from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.resizing import ExactResize


def pool_globally(maps: Tensor) -> Tensor:
    """Mean over the plane in steps of two, [N, C, H, W] to [N, C].

    One wide float sum differs between runtimes far more than sums of four.
    """
    while maps.shape[-1] > 1 and maps.shape[-1] % 2 == 0:
        maps = functional.avg_pool2d(maps, 2)
    return maps.mean(dim=(2, 3))


class Opponent(nn.Module):
    """From a picture of any size to (probabilities, unit embedding)."""

    def __init__(self, network: nn.Module, *, size: int) -> None:
        super().__init__()
        self.resize = ExactResize(size)
        self.network = network

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """uint8 [N, H, W, 3] to ([N, C], [N, D])."""
        logits, embedding = self.network(self.resize(image))
        return logits.softmax(dim=1), functional.normalize(embedding, dim=1)
