"""The records that flow through the pipeline and the knowledge every stage shares.

Nothing here imports another package of the project, touches a disk or opens a
socket. Records are frozen; a stage makes new ones.
"""
