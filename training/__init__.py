"""How the Latin reader's network (`pipeline.extract.ocr.latin`) came to be: lines drawn by code, and a network learnt from them.

Not needed to run the software: `make latin` installs PyTorch apart (training/requirements.lock) and takes hours of CPU.
"""
