"""The same job with FAISS and numpy: k-means, medoids, exact search, greedy matching."""
import json
import resource
import sys
import time

import faiss
import numpy as np

THRESHOLD = 0.6
CANDIDATES = 10
BLOCK = 4096

folder = sys.argv[1]
size = json.load(open(folder + "/size.json"))
understanding, dimension = size["understanding"], size["dimension"]

def processors():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


start = time.time()
started = processors()
x = np.fromfile(folder + "/features.f32", dtype="<f4").reshape(-1, dimension)
read = time.time()

kmeans = faiss.Kmeans(
    dimension,
    size["clusters"],
    niter=size["iterations"],
    seed=1,
    max_points_per_centroid=len(x),
    min_points_per_centroid=1,
)
begun = processors()
kmeans.train(x)
clustered, spent = time.time(), processors() - begun

_, labels = kmeans.index.search(x, 1)
labels = labels[:, 0]
dots = np.einsum("nd,nd->n", x, kmeans.centroids[labels])
order = np.lexsort((-dots, labels))
first = np.r_[True, labels[order][1:] != labels[order][:-1]]
medoids = order[first]
free = np.ones(len(x), bool)
free[medoids] = False
left = np.flatnonzero(free[understanding:]) + understanding
right = np.flatnonzero(free[:understanding])
assigned = time.time()

index = faiss.IndexFlatIP(dimension)
index.add(x[right])
similarities, neighbours = [], []
for begin in range(0, len(left), BLOCK):
    s, n = index.search(x[left[begin : begin + BLOCK]], CANDIDATES)
    similarities.append(s)
    neighbours.append(n)
similarities, neighbours = np.concatenate(similarities), np.concatenate(neighbours)
searched = time.time()

kept = (similarities >= THRESHOLD) & (neighbours >= 0)
generation = np.repeat(np.arange(len(left)), CANDIDATES)[kept.ravel()]
column = neighbours.ravel()[kept.ravel()]
similarity = similarities.ravel()[kept.ravel()]
used_left, used_right, pairs = np.zeros(len(left), bool), np.zeros(len(right), bool), 0
for edge in np.lexsort((column, generation, -similarity)):
    g, u = generation[edge], column[edge]
    if not used_left[g] and not used_right[u]:
        used_left[g] = used_right[u] = True
        pairs += 1
end = time.time()

peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(
    "faiss  %8.1f s, %.1f CPU s, peak %d kB, %d aligned, %d retrieved of %d edges"
    " (read %.1f, k-means %.1f = %.1f CPU, medoids %.1f, search %.1f, matching %.1f)"
    % (
        end - start,
        processors() - started,
        peak,
        len(medoids),
        pairs,
        kept.sum(),
        read - start,
        clustered - read,
        spent,
        assigned - clustered,
        searched - assigned,
        end - searched,
    )
)
