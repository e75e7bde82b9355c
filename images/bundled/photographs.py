"""The photographs that close-ups are cut from, where to cut, and whom to thank."""

from dataclasses import dataclass

from images.bundled.pictures import Credit

CC0 = "CC0 1.0"
PUBLIC_DOMAIN = "Public domain"
FREE = "No known copyright restrictions"
CC_BY = "CC BY 2.0"

Region = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class Photograph:
    """One class: `regions` are (left, top, right, bottom) in pixels of the file.

    The regions are divided into blocks of `block` pixels a side; crops of `crop`
    pixels a side are cut inside a block. Blocks and crops whose greys deviate less
    than `least_contrast` (standard deviation, 0 to 255) are flat and dropped.
    """

    label: str
    package: str
    file: str
    block: int
    crop: int
    regions: tuple[Region, ...]
    least_contrast: float = 9.0


PHOTOGRAPHS = (
    Photograph(
        label="brick wall",
        package="skimage",
        file="data/brick.png",
        block=128,
        crop=84,
        regions=((0, 0, 512, 512),),
    ),
    Photograph(
        label="cat",
        package="skimage",
        file="data/chelsea.png",
        block=74,
        crop=50,
        regions=((42, 0, 338, 296),),
    ),
    Photograph(
        label="cells",
        package="skimage",
        file="data/ihc.png",
        block=102,
        crop=68,
        regions=((0, 0, 510, 510),),
    ),
    Photograph(
        label="coins",
        package="skimage",
        file="data/coins.png",
        block=74,
        crop=50,
        regions=((5, 4, 375, 300),),
    ),
    Photograph(
        label="deep space",
        package="skimage",
        file="data/hubble_deep_field.jpg",
        block=164,
        crop=108,
        regions=((8, 20, 992, 840),),
    ),
    Photograph(
        label="flower",
        package="sklearn",
        file="datasets/images/flower.jpg",
        block=62,
        crop=42,
        regions=((186, 99, 434, 347), (292, 365, 478, 427)),
    ),
    Photograph(
        label="grass",
        package="skimage",
        file="data/grass.png",
        block=128,
        crop=84,
        regions=((0, 0, 512, 512),),
    ),
    Photograph(
        label="gravel",
        package="skimage",
        file="data/gravel.png",
        block=128,
        crop=84,
        regions=((0, 0, 512, 512),),
    ),
    Photograph(
        label="leaves",
        package="sklearn",
        file="datasets/images/china.jpg",
        block=64,
        crop=44,
        regions=((0, 363, 192, 427), (384, 299, 640, 427), (576, 171, 640, 299)),
    ),
    Photograph(
        label="retina",
        package="skimage",
        file="data/retina.jpg",
        block=192,
        crop=128,
        regions=((225, 225, 1185, 1185), (33, 417, 225, 993), (1185, 417, 1377, 993)),
        least_contrast=5.0,
    ),
    Photograph(
        label="spacesuit",
        package="skimage",
        file="data/astronaut.png",
        block=72,
        crop=50,
        regions=((60, 224, 276, 512),),
    ),
    Photograph(
        label="temple",
        package="sklearn",
        file="datasets/images/china.jpg",
        block=62,
        crop=42,
        regions=((88, 66, 336, 314),),
    ),
)

CREDITS: tuple[Credit, ...] = (
    {
        "work": "Brick wall (Bricks25)",
        "author": "CC0Textures",
        "licence": CC0,
        "source": "https://cc0textures.com/view.php?tex=Bricks25",
    },
    {
        "work": "Chelsea the cat",
        "author": "Stefan van der Walt",
        "licence": CC0,
        "source": "https://scikit-image.org/docs/stable/api/skimage.data.html",
    },
    {
        "work": "Colonic glands under a microscope",
        "author": "Center for Microscopy and Molecular Imaging",
        "licence": FREE,
        "source": "https://scikit-image.org/docs/stable/api/skimage.data.html",
    },
    {
        "work": "Greek coins from Pompeii",
        "author": "Brooklyn Museum",
        "licence": FREE,
        "source": "https://www.brooklynmuseum.org/opencollection/archives/image/51611",
    },
    {
        "work": "Hubble eXtreme Deep Field",
        "author": "NASA",
        "licence": PUBLIC_DOMAIN,
        "source": "http://hubblesite.org/newscenter/archive/releases/2012/37/image/a/",
    },
    {
        "work": "Flower (pieces, in black and white)",
        "author": "vultilion",
        "licence": CC_BY,
        "source": "https://www.flickr.com/photos/vultilion/6056698931/",
    },
    {
        "work": "Grass 01",
        "author": "linolafett",
        "licence": CC0,
        "source": "https://www.deviantart.com/linolafett/art/Grass-01-434853879",
    },
    {
        "work": "Gravel (Gravel04)",
        "author": "CC0Textures",
        "licence": CC0,
        "source": "https://cc0textures.com/view.php?tex=Gravel04",
    },
    {
        "work": "Temple and trees (pieces, in black and white)",
        "author": "danielbuechele",
        "licence": CC_BY,
        "source": "https://www.flickr.com/photos/danielbuechele/6061409035/",
    },
    {
        "work": "Fundus photograph of a normal left eye",
        "author": "Mikael Häggström",
        "licence": CC0,
        "source": "https://doi.org/10.15347/wjm/2014.008",
    },
    {
        "work": "Eileen Collins",
        "author": "NASA",
        "licence": PUBLIC_DOMAIN,
        "source": "https://flic.kr/p/r9qvLn",
    },
)
