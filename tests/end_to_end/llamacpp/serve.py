"""Serves a model file with llama.cpp on a free port of this machine, and prints where: serve.py MODEL"""

import sys

import xllamacpp

settings = xllamacpp.CommonParams()
settings.model.path = sys.argv[1]
settings.hostnames = ["127.0.0.1"]
settings.port = 0
settings.n_ctx = 16384
settings.n_parallel = 1
settings.cpuparams.n_threads = 1
settings.warmup = False
settings.use_jinja = True

server = xllamacpp.Server(settings)
print(server.listening_address, flush=True)
sys.stdin.read()  # until whoever started this goes
