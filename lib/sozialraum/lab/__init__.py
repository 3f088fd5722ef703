"""The workbench in JupyterLab."""
