#!/usr/bin/env python3
"""The reading of a plain Python monitor, to stand beside ours: scale-original.py DATABASE_URL

Every check fetches the embeddings of the recent seven days and of 30 to 37 days ago as text, keeps them as lists of
numbers, and takes the centroids' cosine distance and the relative change of the variance with numpy. Rows come through
psql's COPY, so that no driver of Python's is needed. Prints seconds and peak memory.
"""
import resource
import subprocess
import sys
import time

import numpy

WINDOWS = (
    "timestamp >= now() - interval '7 days'",
    "timestamp >= now() - interval '37 days' AND timestamp < now() - interval '30 days'",
)


def fetch(url, window):
    query = f"COPY (SELECT embedding FROM embeddings_log WHERE type = 'query' AND {window}) TO STDOUT"
    with subprocess.Popen(["psql", "-X", "-q", "-d", url, "-c", query], stdout=subprocess.PIPE, text=True) as psql:
        vectors = [[float(x) for x in line.strip()[1:-1].split(",")] for line in psql.stdout]
    if psql.returncode != 0:
        sys.exit("psql failed")
    return numpy.array(vectors)


def main():
    start = time.perf_counter()
    recent, baseline = (fetch(sys.argv[1], window) for window in WINDOWS)
    a, b = recent.mean(axis=0), baseline.mean(axis=0)
    cosine = 1 - a @ b / (numpy.linalg.norm(a) * numpy.linalg.norm(b))
    change = abs(recent.var(axis=0).mean() - baseline.var(axis=0).mean()) / baseline.var(axis=0).mean()
    if not (0 <= cosine <= 2 and change >= 0):
        sys.exit(f"cosine {cosine}, change of variance {change}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{time.perf_counter() - start:.2f} s, {peak} MB for {len(recent) + len(baseline):,} embeddings")


main()
