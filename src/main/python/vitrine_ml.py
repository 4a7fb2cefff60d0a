"""Vitrine's Spark ML transformer in PySpark. Needs Vitrine's jar on Spark's class path (--jars)."""

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable
from pyspark.ml.wrapper import JavaTransformer

__all__ = ["VitFeatureExtractor"]

_NUMBER = TypeConverters.toInt
_TEXT = TypeConverters.toString
_TEXTS = TypeConverters.toListString

# name: (type, description), as in io.vitrine.ml.VitParams
_PARAMS = {
    "inputCol": (_TEXT, "column of images: files as binary, paths as string, or structs of 'bytes' and 'path'"),
    "outputCol": (_TEXT, "name of the feature column, where there is one"),
    "outputCols": (_TEXTS, "names of the feature columns, where there are several"),
    "statusCol": (_TEXT, "name of the column that says ok, or why an image has no features"),
    "errorCol": (_TEXT, "name of the column with the reason in words"),
    "model": (_TEXT, "checkpoint: a folder, local or on shared storage, or a name on the Hub"),
    "fingerprint": (_TEXT, "of the checkpoint; another one is refused; empty for any"),
    "columns": (_TEXTS, "features, named as for jobs/extract"),
    "vectorForm": (_TEXT, "type of vectors: vector or array"),
    "imageSize": (_TEXT, "another image size than the checkpoint's: N or HxW"),
    "engine": (_TEXT, "auto, onnxruntime or pytorch"),
    "precision": (_TEXT, "fp32, bf16, fp16 or int8"),
    "device": (_TEXT, "auto, cpu or gpu"),
    "batchSize": (_NUMBER, "images per model call; 0 to choose by memory"),
    "normalize": (TypeConverters.toBoolean, "whether vectors are divided by their L2 norm"),
    "exif": (_TEXT, "apply or ignore"),
    "jpegDecode": (_TEXT, "exact or fast"),
    "heic": (_TEXT, "skip or decode"),
    "maxImageBytes": (_NUMBER, "larger files fail"),
    "maxPixels": (_NUMBER, "images with more pixels fail"),
    "imageTimeout": (_NUMBER, "seconds that one image may take to decode; 0 for no limit"),
    "decodeIsolation": (_TEXT, "auto, process or none"),
    "cache": (_TEXT, "folder where each host keeps copies and conversions of checkpoints"),
}


class VitFeatureExtractor(JavaTransformer, DefaultParamsReadable, DefaultParamsWritable):
    """Adds the features of a column of images. Parameters are those of the class of the same name in Java.

    Saved from Python, alone or in a pipeline, it is loaded from Python."""

    def __init__(self, **params):
        super().__init__()
        self._java_obj = self._new_java_obj("io.vitrine.ml.VitFeatureExtractor", self.uid)
        self.setParams(**params)

    def setParams(self, **params):
        unknown = sorted(set(params) - set(_PARAMS))
        if unknown:
            raise TypeError(f"VitFeatureExtractor has no parameter {', '.join(unknown)}")
        return self._set(**params)

    def embed(self, dataset):
        """transform, by the name that DJL's Spark extension has for it."""
        return self.transform(dataset)


def _add_params():
    for name, (converter, description) in _PARAMS.items():
        setattr(VitFeatureExtractor, name, Param(Params._dummy(), name, description, typeConverter=converter))
        setter = "set" + name[0].upper() + name[1:]
        setattr(VitFeatureExtractor, setter, lambda self, value, name=name: self._set(**{name: value}))
    VitFeatureExtractor.setModelUrl = VitFeatureExtractor.setModel


_add_params()
