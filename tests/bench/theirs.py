"""BAGEL written plainly in Python's PyTorch: the other side of the benchmark.

Usage: theirs.py POLICY_FOLDER THREADS. Reads commands from standard input, one a line, and answers
each with a line when its work is done:

    decode N | sample N | train N    N batches
    check FILE                       compares with what ours computed; answers the differences
"""

import json
import struct
import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

BATCH, TEXT, FLOW_STEPS, TRAINED_STEPS, SHIFT = 32, 48, 16, 3, 3.0
MARKERS = 2


def read_safetensors(path):
    types = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64, "U8": torch.uint8}
    data = bytearray(Path(path).read_bytes())
    length = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            flat = torch.frombuffer(data[8 + length + begin : 8 + length + end], dtype=types[entry["dtype"]])
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


class RMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        if hasattr(F, "rms_norm"):
            return F.rms_norm(x, self.weight.shape, self.weight, self.eps)
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


def rotate(x, cos, sin):
    left, right = x.chunk(2, -1)
    return x * cos + torch.cat((-right, left), -1) * sin


def attend(q, k, v, mask):
    """Grouped-query attention; the mask is additive, [B or 1, 1, L or 1, keys]."""
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
    batch, heads, length, size = q.shape
    groups = k.shape[1]
    # The queries that share a key-value head stand below each other: keys are not repeated.
    scores = (q * size**-0.5).reshape(batch, groups, -1, size) @ k.transpose(-1, -2)
    if mask is not None:
        scores = scores.view(batch, groups, heads // groups, length, -1) + mask.unsqueeze(2)
    weights = torch.softmax(scores, -1).view(batch, groups, heads // groups * length, -1)
    return (weights @ v).view(batch, heads, length, size)


class MLP(nn.Module):
    def __init__(self, hidden, width):
        super().__init__()
        self.gate_proj = nn.Linear(hidden, width, bias=False)
        self.up_proj = nn.Linear(hidden, width, bias=False)
        self.down_proj = nn.Linear(width, hidden, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Attention(nn.Module):
    def __init__(self, llm):
        super().__init__()
        hidden, heads, groups = llm["hiddenSize"], llm["heads"], llm["keyValueHeads"]
        self.size = hidden // heads
        for suffix in ("", "_moe_gen"):
            self.add_module("q_proj" + suffix, nn.Linear(hidden, hidden))
            self.add_module("k_proj" + suffix, nn.Linear(hidden, groups * self.size))
            self.add_module("v_proj" + suffix, nn.Linear(hidden, groups * self.size))
            self.add_module("o_proj" + suffix, nn.Linear(hidden, hidden, bias=False))
            self.add_module("q_norm" + suffix, RMSNorm(self.size, llm["rmsNormEps"]))
            self.add_module("k_norm" + suffix, RMSNorm(self.size, llm["rmsNormEps"]))

    def heads(self, x):
        return x.view(x.shape[0], x.shape[1], -1, self.size).transpose(1, 2)

    def project(self, x, suffix):
        part = lambda name: getattr(self, name + suffix)
        return (
            part("q_norm")(self.heads(part("q_proj")(x))),
            part("k_norm")(self.heads(part("k_proj")(x))),
            self.heads(part("v_proj")(x)),
        )


class Layer(nn.Module):
    def __init__(self, llm):
        super().__init__()
        self.self_attn = Attention(llm)
        for suffix in ("", "_moe_gen"):
            self.add_module("mlp" + suffix, MLP(llm["hiddenSize"], llm["intermediateSize"]))
            for norm in ("input_layernorm", "post_attention_layernorm"):
                self.add_module(norm + suffix, RMSNorm(llm["hiddenSize"], llm["rmsNormEps"]))

    def finish(self, x, attended, suffix):
        x = x + getattr(self.self_attn, "o_proj" + suffix)(attended)
        return x + getattr(self, "mlp" + suffix)(getattr(self, "post_attention_layernorm" + suffix)(x))

    def forward(self, text, latents, cos, sin, mask, cache):
        """Either of text [B, U, H] and latents [B, N, H] may be None."""
        parts = [(x, s) for x, s in ((text, ""), (latents, "_moe_gen")) if x is not None]
        projected = [self.self_attn.project(getattr(self, "input_layernorm" + s)(x), s) for x, s in parts]
        q, k, v = projected[0] if len(parts) == 1 else [torch.cat(p, 2) for p in zip(*projected)]
        k, v = cache(rotate(k, cos, sin), v)
        attended = attend(rotate(q, cos, sin), k, v, mask).transpose(1, 2).flatten(2)
        rows = attended.split([x.shape[1] for x, _ in parts], 1)
        done = iter([self.finish(x, a, s) for (x, s), a in zip(parts, rows)])
        return (next(done) if text is not None else None), (next(done) if latents is not None else None)


class Static:
    """Keys and values of a layer in memory that was reserved once."""

    def __init__(self, batch, groups, columns, size):
        self.k = torch.zeros(batch, groups, columns, size)
        self.v = torch.zeros(batch, groups, columns, size)
        self.length = 0

    def __call__(self, k, v):
        """Writes behind the first `length` columns; the caller moves `length` if they are to stay."""
        end = self.length + k.shape[2]
        self.k[:, :, self.length : end] = k
        self.v[:, :, self.length : end] = v
        return self.k[:, :, :end], self.v[:, :, :end]


class Growing:
    """Keys and values that take gradients."""

    def __init__(self, k=None, v=None):
        self.past = None if k is None else (k, v)

    def __call__(self, k, v):
        if self.past is not None:
            batch = k.shape[0]
            k = torch.cat((self.past[0].expand(batch, -1, -1, -1), k), 2)
            v = torch.cat((self.past[1].expand(batch, -1, -1, -1), v), 2)
        self.seen = (k, v)
        return k, v


class ResidualBlock(nn.Module):
    def __init__(self, width, out):
        super().__init__()
        self.norm1 = nn.GroupNorm(32, width, 1e-6)
        self.conv1 = nn.Conv2d(width, out, 3, padding=1)
        self.norm2 = nn.GroupNorm(32, out, 1e-6)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        self.nin_shortcut = nn.Conv2d(width, out, 1) if width != out else nn.Identity()

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        return self.nin_shortcut(x) + self.conv2(F.silu(self.norm2(h)))


class ImageAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.GroupNorm(32, width, 1e-6)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(width, width, 1) for _ in range(4))

    def forward(self, x):
        h = self.norm(x)
        q, k, v = (conv(h).flatten(2).transpose(1, 2).unsqueeze(1) for conv in (self.q, self.k, self.v))
        return x + self.proj_out(attend(q, k, v, None).squeeze(1).transpose(1, 2).reshape(x.shape))


class Decoder(nn.Module):
    """The decoder of the FLUX autoencoder."""

    def __init__(self, codec):
        super().__init__()
        widths = [codec["channels"] * m for m in codec["multipliers"]]
        width = widths[-1]
        self.conv_in = nn.Conv2d(codec["latentChannels"], width, 3, padding=1)
        self.mid = nn.Module()
        self.mid.block_1 = ResidualBlock(width, width)
        self.mid.attn_1 = ImageAttention(width)
        self.mid.block_2 = ResidualBlock(width, width)
        levels = []
        for level in reversed(range(len(widths))):
            up = nn.Module()
            up.block = nn.ModuleList()
            for _ in range(codec["residualBlocks"] + 1):
                up.block.append(ResidualBlock(width, widths[level]))
                width = widths[level]
            if level > 0:
                up.upsample = nn.Module()
                up.upsample.conv = nn.Conv2d(width, width, 3, padding=1)
            levels.insert(0, up)
        self.up = nn.ModuleList(levels)
        self.norm_out = nn.GroupNorm(32, width, 1e-6)
        self.conv_out = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, z):
        h = self.mid.block_2(self.mid.attn_1(self.mid.block_1(self.conv_in(z))))
        for level in reversed(range(len(self.up))):
            for block in self.up[level].block:
                h = block(h)
            if level > 0:
                h = self.up[level].upsample.conv(F.interpolate(h, scale_factor=2.0, mode="nearest"))
        return self.conv_out(F.silu(self.norm_out(h)))


class Bagel(nn.Module):
    def __init__(self, folder):
        super().__init__()
        self.config = json.loads((folder / "config.json").read_text())
        llm = self.config["llm"]
        hidden, codec = llm["hiddenSize"], self.config["codec"]
        self.patch = self.config["latentPatch"]
        self.side = self.config["imageSize"] // (self.patch << (len(codec["multipliers"]) - 1))
        self.channels = self.patch**2 * codec["latentChannels"]
        self.language_model = nn.Module()
        self.language_model.model = model = nn.Module()
        model.embed_tokens = nn.Embedding(llm["vocabSize"], hidden)
        model.layers = nn.ModuleList(Layer(llm) for _ in range(llm["layers"]))
        model.norm = RMSNorm(hidden, llm["rmsNormEps"])
        model.norm_moe_gen = RMSNorm(hidden, llm["rmsNormEps"])
        self.language_model.lm_head = nn.Linear(hidden, llm["vocabSize"], bias=False)
        self.time_embedder = nn.Module()
        self.time_embedder.mlp = nn.Sequential(nn.Linear(256, hidden), nn.SiLU(), nn.Linear(hidden, hidden))
        self.vae2llm = nn.Linear(self.channels, hidden)
        self.llm2vae = nn.Linear(hidden, self.channels)
        weights = read_safetensors(folder / "model.safetensors")
        missing = self.load_state_dict(weights, strict=False).missing_keys
        assert not missing, missing
        self.decoder = Decoder(codec)
        vae = read_safetensors(folder / "ae.safetensors")
        self.decoder.load_state_dict({n[8:]: w for n, w in vae.items() if n.startswith("decoder.")})
        self.decoder.requires_grad_(False)

        size = hidden // llm["heads"]
        angles = torch.outer(
            torch.arange(512, dtype=torch.float64),
            llm["ropeTheta"] ** (-torch.arange(0, size, 2, dtype=torch.float64) / size),
        ).repeat(1, 2)
        self.cos, self.sin = angles.cos().float(), angles.sin().float()
        perside = self.config["maxLatentSize"]
        rows = [r * perside + c for r in range(self.side) for c in range(self.side)]
        self.latent_positions = weights["latent_pos_embed.pos_embed"][rows]
        self.frequencies = torch.exp(-torch.log(torch.tensor(1e4)) * torch.arange(128) / 128)
        self.groups, self.size = llm["keyValueHeads"], size
        self.ids = json.loads((folder / "tokens.json").read_text())

    def rotary(self, positions):
        """[B or 1, L] -> [B or 1, 1, L, head size] each."""
        return self.cos[positions].unsqueeze(1), self.sin[positions].unsqueeze(1)

    def run(self, text, latents, rotary, mask, caches):
        for layer, cache in zip(self.language_model.model.layers, caches):
            text, latents = layer(text, latents, *rotary, mask, cache)
        return text, latents

    def embed(self, ids):
        return self.language_model.model.embed_tokens(ids)

    def logits(self, hidden):
        return self.language_model.lm_head(self.language_model.model.norm(hidden))

    def read_prompt(self, prompt, caches):
        length = prompt.shape[0]
        self.run(self.embed(prompt[None]), None, self.rotary(torch.arange(length)[None]), causal(0, length), caches)

    def static_caches(self, batch, columns):
        return [Static(batch, self.groups, columns, self.size) for _ in self.language_model.model.layers]

    def velocity(self, latents, t, block):
        """One velocity pass after the memory of a block; nothing is kept."""
        angles = t * self.frequencies
        time = self.time_embedder.mlp(torch.cat((angles.cos(), angles.sin())))
        rows = self.vae2llm(latents) + time + self.latent_positions
        _, rows = self.run(block.markers, rows, block.rotary, block.mask, block.caches)
        return self.llm2vae(self.language_model.model.norm_moe_gen(rows))


def causal(past, length):
    visible = torch.ones(length, past + length, dtype=torch.bool).tril(past)
    return torch.zeros(visible.shape).masked_fill(~visible, float("-inf"))[None, None]


class Block:
    """What the latents of a batch see: a prompt, and of a plan as many columns as each row has."""

    def __init__(self, model, caches, prompt, columns, lengths):
        batch = lengths.shape[0]
        tokens = MARKERS + model.side**2
        visible = torch.arange(columns)[None] < prompt + lengths[:, None]
        visible = torch.cat((visible, torch.ones(batch, tokens, dtype=torch.bool)), 1)
        self.mask = torch.zeros(visible.shape).masked_fill(~visible, float("-inf"))[:, None, None]
        self.rotary = model.rotary((prompt + lengths)[:, None].expand(-1, tokens))
        markers = torch.tensor([model.ids["vision_start"], model.ids["vision_end"]])
        self.markers = model.embed(markers.expand(batch, -1))
        self.caches = caches


@torch.inference_mode()
def decode(model, prompt, forced=None):
    """Samples TEXT tokens for each row; returns tokens, log-probs and the filled caches."""
    length = prompt.shape[0]
    shared = model.static_caches(1, length)
    model.read_prompt(prompt, shared)
    caches = model.static_caches(BATCH, length + TEXT + 1 + MARKERS + model.side**2)
    for cache, source in zip(caches, shared):
        cache.k[:, :, :length] = source.k
        cache.v[:, :, :length] = source.v
        cache.length = length
    column = torch.full((BATCH, 1), model.ids["bos"])
    ended = torch.zeros(BATCH, 1, dtype=torch.bool)
    tokens, log_probs = [], []
    for step in range(TEXT):
        rotary = model.rotary(torch.tensor([[length + step]]))
        hidden, _ = model.run(model.embed(column), None, rotary, None, caches)
        for cache in caches:
            cache.length += 1
        log_softmax = torch.log_softmax(model.logits(hidden[:, 0]), -1)
        column = torch.multinomial(log_softmax.exp(), 1) if forced is None else forced[:, step : step + 1]
        tokens.append(column)
        log_probs.append(log_softmax.gather(1, column))
        ended |= column == model.ids["eos"]
        if forced is None and ended.all():
            break
    return torch.cat(tokens, 1), torch.cat(log_probs, 1), caches


@torch.inference_mode()
def read_tail(model, caches, position, column):
    """Writes the last sampled column, which sampling itself never reads."""
    model.run(model.embed(column), None, model.rotary(torch.tensor([[position]])), None, caches)
    for cache in caches:
        cache.length += 1


@torch.inference_mode()
def sample(model, caches, prompt, lengths, noise):
    """Images [B, height, width, 3] of a FLOW_STEPS-step ODE."""
    block = Block(model, caches, prompt, caches[0].length, lengths)
    x = noise
    s = torch.arange(FLOW_STEPS, -1, -1, dtype=torch.float64) / FLOW_STEPS
    times = (SHIFT * s / (SHIFT * s + 1 - s)).tolist()
    for now, after in zip(times, times[1:]):
        x = x - model.velocity(x, now, block) * (now - after)
    side, patch, codec = model.side, model.patch, model.config["codec"]
    z = x.view(-1, side, side, patch, patch, codec["latentChannels"]).permute(0, 5, 1, 3, 2, 4)
    z = z.reshape(-1, codec["latentChannels"], side * patch, side * patch)
    planes = model.decoder(z / codec["scaleFactor"] + codec["shiftFactor"])
    return ((planes / 2 + 0.5).clamp(0, 1) * 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def replay(model, prompt, texts, lengths, x, times):
    """Log-probs [B, T] of the tokens after each column, and velocities at every trained step."""
    length, columns = prompt.shape[0], texts.shape[1]
    shared = [Growing() for _ in model.language_model.model.layers]
    model.read_prompt(prompt, shared)
    plans = [Growing(*cache.seen) for cache in shared]
    rotary = model.rotary(torch.arange(length, length + columns)[None])
    hidden, _ = model.run(model.embed(texts), None, rotary, causal(length, columns), plans)
    log_softmax = torch.log_softmax(model.logits(hidden[:, :TEXT]), -1)
    log_probs = log_softmax.gather(2, texts[:, 1 : TEXT + 1, None]).squeeze(2)
    block = Block(model, [Growing(*cache.seen) for cache in plans], length, length + columns, lengths)
    return log_probs, [model.velocity(latents, t, block) for latents, t in zip(x, times)]


class Training:
    """Policy-gradient-like steps over fixed trajectories of full length."""

    def __init__(self, model, prompt):
        self.model, self.prompt = model, prompt
        self.texts = torch.randint(0, model.config["llm"]["vocabSize"], (BATCH, TEXT + 2))
        self.lengths = torch.full((BATCH,), TEXT + 2)
        self.x = torch.randn(TRAINED_STEPS, BATCH, model.side**2, model.channels)
        self.targets = torch.randn_like(self.x)
        self.advantages = torch.randn(BATCH, 1)
        self.times = [0.9, 0.7, 0.5]
        self.optimizer = torch.optim.AdamW(
            [p for p in model.parameters() if p.requires_grad], lr=1e-6, betas=(0.9, 0.98), foreach=True
        )

    def step(self):
        log_probs, velocities = replay(self.model, self.prompt, self.texts, self.lengths, self.x, self.times)
        loss = -(log_probs * self.advantages).mean()
        for velocity, target in zip(velocities, self.targets):
            loss = loss + ((velocity - target).square() * self.advantages[:, :, None]).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()


def check(model, file):
    """The largest differences from what ours computed."""
    ours = read_safetensors(file)
    prompt, texts, lengths = ours["prompt"], ours["texts"], ours["lengths"]
    x, times = ours["x"], ours["times"].tolist()
    mask = ours["mask"].bool()
    with torch.no_grad():
        replayed, velocities = replay(model, prompt, texts, lengths, x, times)
    _, decoded, caches = decode(model, prompt, forced=texts[:, 1 : TEXT + 1])
    read_tail(model, caches, prompt.shape[0] + TEXT, texts[:, TEXT : TEXT + 1])
    images = sample(model, caches, prompt.shape[0], lengths, ours["noise"])
    largest = lambda a, b: (a - b).abs().max().item()
    print(
        largest(replayed[mask], ours["replayed"][mask]),
        largest(decoded[mask], ours["decoded"][mask]),
        largest(torch.stack(velocities), ours["velocities"]),
        largest(images.int(), ours["images"].int()),
        flush=True,
    )


def main():
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = Bagel(folder)
    prompt = torch.tensor(model.ids["prompt"])
    tokens, _, caches = decode(model, prompt)
    read_tail(model, caches, prompt.shape[0] + TEXT, tokens[:, -1:])
    lengths = torch.full((BATCH,), TEXT + 1)
    training = Training(model, prompt)
    work = {
        "decode": lambda: decode(model, prompt),
        "sample": lambda: sample(
            model, caches, prompt.shape[0], lengths, torch.randn(BATCH, model.side**2, model.channels)
        ),
        "train": training.step,
    }
    print(f"PyTorch {torch.__version__}", flush=True)
    for line in sys.stdin:
        command, argument = line.split()
        if command == "check":
            check(model, argument)
        else:
            for _ in range(int(argument)):
                work[command]()
            print("done", flush=True)


main()
