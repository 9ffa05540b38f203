"""More than sixty hostile inputs: (name, X, y) as a careless or malicious caller would give them."""

import numpy as np
import pandas as pd
import scipy.sparse


class Subclass(np.ndarray):
    """An ndarray subclass that must not leak into results."""


def ragged(X):
    return [*X[:-1].tolist(), X[-1, :-1].tolist()]


def with_value(X, value, row=0, column=0):
    X = X.copy()
    X[row, column] = value
    return X


def objects_with(X, value):
    X = X.astype(object)
    X[1, 1] = value
    return X


def read_only(X):
    X = X.copy()
    X.setflags(write=False)
    return X


HOSTILE_X = {
    "nan first": lambda X: with_value(X, np.nan),
    "nan last": lambda X: with_value(X, np.nan, -1, -1),
    "nan column": lambda X: np.column_stack([X, np.full(len(X), np.nan)]),
    "all nan": lambda X: np.full_like(X, np.nan),
    "inf": lambda X: with_value(X, np.inf, 3, 1),
    "minus inf": lambda X: with_value(X, -np.inf, 3, 1),
    "inf and minus inf": lambda X: with_value(with_value(X, -np.inf), np.inf, 1),
    "no rows": lambda X: X[:0],
    "no columns": lambda X: X[:, :0],
    "no rows and no columns": lambda X: np.empty((0, 0)),
    "one dimension": lambda X: X[:, 0],
    "no dimension": lambda X: np.array(3.0),
    "a number": lambda X: 3.0,
    "three dimensions": lambda X: X[:, :, None],
    "None": lambda X: None,
    "a string": lambda X: "hello",
    "bytes": lambda X: b"hello",
    "list of strings": lambda X: ["a"] * len(X),
    "array of words": lambda X: X.astype(str).astype(object) + "x",
    "array of numerals": lambda X: X.astype(str),
    "array of bytes": lambda X: X.astype("S"),
    "object with a dict": lambda X: objects_with(X, {"a": 1}),
    "object with None": lambda X: objects_with(X, None),
    "object with a string": lambda X: objects_with(X, "word"),
    "object with a list": lambda X: objects_with(X, [1, 2]),
    "object of numbers": lambda X: X.astype(object),
    "object of huge ints": lambda X: objects_with(X, 10**400),
    "ragged list": ragged,
    "empty list": lambda X: [],
    "list of empty lists": lambda X: [[] for _ in X],
    "dict": lambda X: {"a": X[:, 0]},
    "set": lambda X: set(X.ravel().tolist()),
    "generator": lambda X: (row for row in X),
    "a class": lambda X: int,
    "a function": lambda X: len,
    "complex": lambda X: X + 1j,
    "dates": lambda X: (X * 1000).astype("datetime64[D]"),
    "durations": lambda X: (X * 1000).astype("timedelta64[s]"),
    "structured": lambda X: np.zeros(len(X), dtype=[("a", float), ("b", int)]),
    "masked": lambda X: np.ma.masked_array(X, mask=X > X.mean()),
    "masked nowhere": lambda X: np.ma.masked_array(X),
    "booleans": lambda X: X > X.mean(),
    "small ints": lambda X: (X * 10).astype(np.int8),
    "huge unsigned ints": lambda X: (np.abs(X) * 1000).astype(np.uint64) + np.uint64(2**63),
    "float16": lambda X: X.astype(np.float16),
    "float32": lambda X: X.astype(np.float32),
    "longdouble": lambda X: X.astype(np.longdouble),
    "longdouble beyond float64": lambda X: X.astype(np.longdouble) * np.longdouble("1e4000"),
    "big endian": lambda X: X.astype(">f8"),
    "fortran order": np.asfortranarray,
    "every second row": lambda X: np.repeat(X, 2, axis=0)[::2],
    "reversed": lambda X: X[::-1, ::-1],
    "stride zero": lambda X: np.broadcast_to(X[0], X.shape),
    "read only": read_only,
    "subclass": lambda X: X.view(Subclass),
    "matrix": lambda X: X.copy().view(np.matrix),
    "list of lists": lambda X: X.tolist(),
    "list of tuples": lambda X: [tuple(row) for row in X.tolist()],
    "one column": lambda X: X[:, :1],
    "constant columns": lambda X: np.ones_like(X),
    "zeros": np.zeros_like,
    "negative zeros": lambda X: np.zeros_like(X) * -1.0,
    "one constant column": lambda X: np.column_stack([X, np.full(len(X), 7.0)]),
    "duplicate columns": lambda X: np.column_stack([X, X]),
    "duplicate rows": lambda X: X[np.zeros(len(X), dtype=int)],
    "two distinct rows": lambda X: X[np.arange(len(X)) % 2],
    "wider than long": lambda X: np.tile(X, (1, 40))[:, : 2 * len(X)],
    "tiny scale": lambda X: X * 1e-150,
    "huge scale": lambda X: X * 1e150,
    "scales from tiny to huge": lambda X: X * np.logspace(-150, 150, X.shape[1]),
    "largest floats": lambda X: np.sign(X) * np.finfo(float).max,
    "subnormal": lambda X: np.sign(X) * 5e-324,
    "far from the origin": lambda X: X * 1e-3 + 1e9,
    "one outlier": lambda X: with_value(X, 1e300),
    "data frame": lambda X: pd.DataFrame(X, columns=[f"c{i}" for i in range(X.shape[1])]),
    "frame with mixed names": lambda X: pd.DataFrame(X, columns=["a", *range(1, X.shape[1])]),
    "frame with duplicate names": lambda X: pd.DataFrame(X, columns=["a"] * X.shape[1]),
    "frame with missing integers": lambda X: pd.DataFrame(X).round().astype("Int64").mask(X > 1),
    "frame with words": lambda X: pd.DataFrame(X).assign(word="w"),
    "frame with categories": lambda X: pd.DataFrame(X).assign(word=pd.Categorical(["u", "v"] * (len(X) // 2))),
    "frame with dates": lambda X: pd.DataFrame(X).assign(day=pd.Timestamp("2024-01-01")),
    "series": lambda X: pd.Series(X[:, 0]),
    "sparse matrix": scipy.sparse.csr_matrix,
    "sparse array": scipy.sparse.coo_array,
}

HOSTILE_Y = {
    "y None": lambda y: None,
    "y too short": lambda y: y[:-1],
    "y too long": lambda y: np.r_[y, y[:1]],
    "y empty": lambda y: y[:0],
    "y with nan": lambda y: np.r_[np.nan, y[1:]],
    "y with inf": lambda y: np.r_[np.inf, y[1:]],
    "y with None": lambda y: np.r_[[None], y[1:].astype(object)],
    "y a scalar": lambda y: 3,
    "y a string": lambda y: "hello",
    "y words": lambda y: np.where(y > y.mean(), "yes", "no"),
    "y object words": lambda y: np.where(y > y.mean(), "yes", "no").astype(object),
    "y a column": lambda y: y[:, None],
    "y two columns": lambda y: np.column_stack([y, y]),
    "y three dimensions": lambda y: y[:, None, None],
    "y constant": lambda y: np.ones_like(y),
    "y all distinct": lambda y: np.arange(len(y)),
    "y continuous": lambda y: y + np.linspace(0.1, 0.7, len(y)),
    "y mixed kinds": lambda y: np.array(["a", 1, None, 2.5] * (len(y) // 4), dtype=object),
    "y booleans": lambda y: y > y.mean(),
    "y complex": lambda y: y + 1j,
    "y sparse": lambda y: scipy.sparse.csr_matrix(y[:, None]),
    "y dict": lambda y: {"y": y},
    "y float16": lambda y: y.astype(np.float16),
    "y big endian": lambda y: y.astype(">f8"),
    "y huge": lambda y: y * 1e150,
    "y read only": read_only,
    "y dates": lambda y: y.astype("datetime64[D]"),
    "y series": lambda y: pd.Series(y, index=np.arange(len(y))[::-1]),
    "y list": lambda y: y.tolist(),
}

HOSTILE_WEIGHT = {
    "weight nan": lambda w: np.r_[np.nan, w[1:]],
    "weight inf": lambda w: np.r_[np.inf, w[1:]],
    "weight negative": lambda w: -w,
    "weight zeros": np.zeros_like,
    "weight too short": lambda w: w[:-1],
    "weight two columns": lambda w: np.column_stack([w, w]),
    "weight words": lambda w: ["a"] * len(w),
    "weight huge": lambda w: w * 1e200,
    "weight tiny": lambda w: w * 1e-200,
    "weight all but one zero": lambda w: np.r_[1.0, np.zeros(len(w) - 1)],
    "weight a number": lambda w: 2.0,
}
