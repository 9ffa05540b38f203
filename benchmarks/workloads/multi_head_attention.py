"""Attention with four heads forward and backward, 64 sequences of 50 places, one step, as ``lstm.py`` has it."""

import numpy as np

from benchmarks.workloads.lstm import built, race


def our_attention(data):
    from scratchml.neural_network import MultiHeadAttention

    return MultiHeadAttention(4)


def torch_attention(torch, data):
    own = built(our_attention(data), data).parameters
    layer = torch.nn.MultiheadAttention(data["X"].shape[2], 4, bias=False, batch_first=True).double()
    with torch.no_grad():
        seen = [torch.from_numpy(own[name].T.copy()) for name in ("query", "key", "value")]
        layer.in_proj_weight.copy_(torch.cat(seen))
        layer.out_proj.weight.copy_(torch.from_numpy(own["output"].T.copy()))

    def in_our_order(found):
        of_seen, of_output = found
        return [part.T for part in (*np.split(of_seen, 3), of_output)]

    return lambda x: layer(x, x, x, need_weights=False)[0], list(layer.parameters()), in_our_order


WORKLOAD = race(
    "attention of four heads forward and backward",
    our_attention,
    torch_attention,
    {"small": (16, 16), "large": (64, 64)},
)
