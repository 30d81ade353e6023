"""CRMLab: analytics, widgets and practice tools of the course 《客户服务与管理》."""

__version__ = "0.1.0"
